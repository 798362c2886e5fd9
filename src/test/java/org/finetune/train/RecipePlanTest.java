package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.finetune.FinetuneException;
import org.finetune.settings.LearningRates;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.settings.TrainSettings.RateSchedule;
import org.finetune.train.head.HeadSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipePlanTest {

    private static RecipePlan plan(String... settings) {
        SettingValues values = new SettingValues();
        for (String setting : settings) {
            String[] parts = setting.split("=");
            values.parse(Setting.of(parts[0]).orElseThrow(), parts[1], Path.of(""));
        }
        return RecipePlan.of(SettingsLoader.ofInstallation().load(null, values).toTrainSettings());
    }

    private static FineTuningPlan fineTuning(String... settings) {
        return plan(settings).fineTuning().get(0);
    }

    @Test
    void byDefaultTheHeadIsSolvedAndFineTuningWarmsUp() {
        RecipePlan plan = plan();
        assertEquals(HeadMethod.LBFGS, plan.head().method());
        assertEquals(
                new PhaseSettings(Phase.FINE_TUNE, 6, 0, 32, new LearningRateSchedule(RateSchedule.COSINE, 5e-4), 42),
                plan.fineTuning().get(0).training());
        assertEquals(4, plan.fineTuning().get(0).mostRestarts());
    }

    /** What the recipe chooses is given up where it takes too long, but not what the user asks for. */
    @Test
    void solverThatIsAskedForIsUsedWithManyClassesToo() {
        HeadSettings many = new HeadSettings(1001, 0, List.of(), 1, 1, 0);
        assertEquals("Adam in minibatches", plan().head().solver(many, 10).name());
        assertEquals("L-BFGS", plan("head-solver=lbfgs").head().solver(many, 10).name());
    }

    @Test
    void kerasTrainsBothPhasesAtConstantRates() {
        RecipePlan plan = plan("recipe=keras");
        assertEquals(HeadMethod.ADAM, plan.head().method());
        assertEquals(
                new PhaseSettings(Phase.HEAD, 10, 0, 32, LearningRateSchedule.constant(1e-3), 42),
                plan.head().training());
        assertEquals(
                new PhaseSettings(Phase.FINE_TUNE, 10, 0, 32, LearningRateSchedule.constant(1e-5), 42),
                plan.fineTuning().get(0).training());
        assertEquals(0, plan.fineTuning().get(0).mostRestarts());
        assertFalse(plan.scalesTemperature());
    }

    @ParameterizedTest
    @CsvSource({"20, 5e-4", "21, 5e-4", "22, 3e-4", "60, 3e-4", "all, 3e-4"})
    void manyLayersHaveALowerPeak(String unfreeze, double peak) {
        assertEquals(
                peak,
                fineTuning("unfreeze=" + unfreeze).training().learningRate().peak());
        assertEquals(0.02, fineTuning("lr=0.02").training().learningRate().peak());
    }

    @Test
    void laterStagesTrainMoreLayersAtHalfTheRate() {
        RecipePlan plan = plan("unfreeze=1,20,60,all", "epochs=3");
        assertEquals(
                List.of("fine-tune-20 3 5e-4", "fine-tune-60 3 2.5e-4", "fine-tune-all 3 1.25e-4"),
                plan.fineTuning().stream()
                        .map(stage -> stage.training().phase().label() + " "
                                + stage.training().epochs() + " "
                                + LearningRates.text(
                                        stage.training().learningRate().peak()))
                        .toList());
        assertEquals(60, plan.unfreeze(plan.fineTuning().get(1).training().phase()));
        assertEquals(
                3e-4, fineTuning("unfreeze=60,all").training().learningRate().peak());
    }

    @Test
    void aStageThatAddsNoLayerIsRefused() {
        FinetuneException refused = assertThrows(FinetuneException.class, () -> plan("unfreeze=20,155,all"));
        assertEquals(
                "--unfreeze 20,155,all: 155 layers are the whole network; remove one of the last two stages.",
                refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "head-epochs=7, ADAM, 7, 0.001",
        "head-lr=0.25, ADAM, 10, 0.25",
        "head-solver=adam, ADAM, 10, 0.001",
        "head-solver=lbfgs, LBFGS, 10, 0.001"
    })
    void settingsOfAdamChooseIt(String setting, HeadMethod method, int epochs, double rate) {
        HeadPlan head = plan(setting).head();
        assertEquals(method, head.method());
        assertEquals(epochs, head.training().epochs());
        assertEquals(LearningRateSchedule.constant(rate), head.training().learningRate());
    }

    @Test
    void whatTheUserSaysComesBeforeTheRecipe() {
        assertEquals(
                HeadMethod.LBFGS,
                plan("recipe=keras", "head-solver=lbfgs").head().method());
        assertEquals(3, fineTuning("patience=3").training().patience());
        assertEquals(11, fineTuning("epochs=11").training().epochs());
        assertEquals(
                LearningRateSchedule.constant(5e-4),
                fineTuning("schedule=constant").training().learningRate());
        assertEquals(
                new LearningRateSchedule(RateSchedule.COSINE, 1e-5),
                fineTuning("recipe=keras", "schedule=cosine").training().learningRate());
    }

    @ParameterizedTest
    @CsvSource({"unfreeze=0", "unfreeze=2", "epochs=0"})
    void withoutAnythingToTrainThereIsNoPhaseTwo(String setting) {
        assertFalse(plan(setting).hasFineTuning());
    }
}
