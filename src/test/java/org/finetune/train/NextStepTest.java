package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.train.advice.FeatureStudy;
import org.junit.jupiter.api.Test;

/** Whether a run says that training longer would help. */
class NextStepTest {
    private static final double[] FALLING = {0.6, 0.5, 0.45, 0.4, 0.36, 0.33};

    private final SettingValues values = SettingsLoader.ofInstallation().load(null, new SettingValues());

    private Optional<String> step(double trainLoss, double... valLosses) {
        List<EpochResult> history = new ArrayList<>();
        history.add(new EpochResult(Phase.HEAD, 1, 0, 0.6, 0.8, 0.7, 0.8, 1, true));
        for (int i = 0; i < valLosses.length; i++) {
            history.add(new EpochResult(Phase.FINE_TUNE, i + 1, 1e-4, trainLoss, 0.8, valLosses[i], 0.8, 1, true));
        }
        ClassMetrics row = new ClassMetrics("a", 1, 1, 1, 25);
        ClassificationMetrics kept = new ClassificationMetrics(
                50, 0.5, 1, 1, 1, List.of(row, row), ConfusionMatrix.of(new long[][] {{25, 0}, {0, 25}}));
        return new NextStep(
                        Path.of("runs/x"),
                        values.toTrainSettings(),
                        List.of("a", "b"),
                        new int[] {100, 100},
                        List.of(),
                        List.of(),
                        kept,
                        new ModelChoice(Phase.FINE_TUNE, ""),
                        history,
                        FeatureStudy.Result.NONE)
                .sentence();
    }

    @Test
    void modelWhoseLastEpochWasTheBestIsTrainedOn() {
        String sentence = step(0.5, FALLING).orElseThrow();
        assertTrue(
                sentence.startsWith(
                        "Continue training with 'finetune train --from runs/x --config runs/x/config.yaml':"),
                sentence);
        assertTrue(sentence.contains("the last epoch was the best"), sentence);
    }

    @Test
    void withFoldsTheTrainingIsRepeated() {
        values.put(Setting.FOLDS, Optional.of(5));
        String sentence = step(0.5, FALLING).orElseThrow();
        assertTrue(sentence.startsWith("--epochs 12:"), sentence);
    }

    @Test
    void nothingIsSaidWhereLongerTrainingWouldNotHelp() {
        assertEquals(Optional.empty(), step(0.1, FALLING), "The training photos are known by heart");
        assertEquals(Optional.empty(), step(0.5, 0.6, 0.5, 0.3, 0.45, 0.4, 0.36), "An earlier epoch was better");
        assertEquals(Optional.empty(), step(0.5, 0.6, 0.5, 0.45, 0.4, 0.396, 0.395), "Little is left");
    }
}
