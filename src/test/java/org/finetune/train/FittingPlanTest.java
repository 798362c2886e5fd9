package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FittingPlanTest {
    /** Takes a second to begin, a tenth of a second a layer for an epoch, and half a second at the end. */
    private static StageCost cost(FineTuningPlan stage) {
        return new StageCost(1, Math.min(150, stage.unfreeze()) / 10.0, 0.5);
    }

    private static RecipePlan plan(String unfreeze, String limit) {
        SettingValues values = new SettingValues();
        values.parse(Setting.UNFREEZE, unfreeze, Path.of(""));
        values.parse(Setting.TIME_LIMIT, limit, Path.of(""));
        return RecipePlan.of(SettingsLoader.ofInstallation().load(null, values).toTrainSettings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "20        | 100  | 6 epochs of fine-tuning with 20 layers                                      "
                        + "         | 13.5",
                "20        | 13.4 | 5 epochs of fine-tuning with 20 layers                                      "
                        + "         | 11.5",
                "20        | 3.5  | 1 epoch of fine-tuning with 20 layers                                       "
                        + "         | 3.5",
                "20        | 3.4  | 1 epoch of fine-tuning with 12 layers                                       "
                        + "         | 2.7",
                "20        | 2.6  | 2 epochs of fine-tuning with 4 layers                                       "
                        + "         | 2.3",
                "20        | 1.8  | no fine-tuning, only the head                                               "
                        + "        | 0",
                "all       | 14   | 2 epochs of fine-tuning with 60 layers                                      "
                        + "         | 13.5",
                "20,60,all | 49.6 | 2 epochs of fine-tuning with 20 layers, then 2 epochs of fine-tuning with "
                        + "60 layers,"
                        + " then 2 epochs of fine-tuning with all layers | 49.5",
                "20,60,all | 20   | 2 epochs of fine-tuning with 20 layers, then 2 epochs of fine-tuning with "
                        + "60 layers | 18.5",
                "20,60     | 10   | 4 epochs of fine-tuning with 20 layers                                      "
                        + "         | 9.5",
            })
    void asManyEpochsAsFitAndThenFewerLayers(String unfreeze, double seconds, String expected, double taken) {
        FittingPlan fitting = FittingPlan.of(plan(unfreeze, "5m"), seconds, FittingPlanTest::cost);
        assertEquals(expected, fitting.description());
        assertEquals(taken, fitting.seconds(), 1e-9);
    }

    /** Timing takes time itself. */
    @ParameterizedTest
    @CsvSource({"100, 20", "3.4, 20 12", "1, 20 12 4"})
    void onlyWhatComesIntoQuestionIsTimed(double seconds, String expected) {
        List<String> timed = new ArrayList<>();
        FittingPlan.of(plan("20", "5m"), seconds, stage -> {
            timed.add(stage.layers());
            return cost(stage);
        });
        assertEquals(expected, String.join(" ", timed));
    }
}
