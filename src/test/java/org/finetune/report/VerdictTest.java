package org.finetune.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;
import org.finetune.metrics.WilsonInterval;
import org.finetune.run.RunDirectory;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.train.FineTunedStage;
import org.finetune.train.FinishedRun;
import org.finetune.train.ModelChoice;
import org.finetune.train.Phase;
import org.finetune.train.RunInsights;
import org.finetune.train.TrainingSummary;
import org.finetune.train.advice.FeatureStudy;
import org.finetune.train.advice.PopulationShift;
import org.finetune.train.head.TemperatureScaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictTest {
    private static final int IMAGES = 50;

    @TempDir
    private Path directory;

    /** Of two classes of the same size. */
    private static ClassificationMetrics metrics(int hits, double loss) {
        ClassMetrics row = new ClassMetrics("a", 1, 1, 1, IMAGES / 2);
        ConfusionMatrix confusion =
                ConfusionMatrix.of(new long[][] {{IMAGES / 2, 0}, {IMAGES - hits, hits - IMAGES / 2}});
        return new ClassificationMetrics(IMAGES, loss, hits / (double) IMAGES, 1, 1, List.of(row, row), confusion);
    }

    private List<String> sentences(ClassificationMetrics head, ClassificationMetrics fineTuned) {
        return sentences(head, fineTuned, RunInsights.NONE);
    }

    private List<String> sentences(ClassificationMetrics head, ClassificationMetrics fineTuned, RunInsights insights) {
        SettingValues settings = SettingsLoader.ofInstallation().load(null, new SettingValues());
        return Verdict.of(
                        new FinishedRun(
                                new RunDirectory(directory),
                                settings.toTrainSettings(),
                                Map.of(),
                                null,
                                List.of(),
                                null,
                                List.of(),
                                new TrainingSummary(
                                        directory,
                                        head,
                                        List.of(new FineTunedStage(
                                                Phase.FINE_TUNE,
                                                fineTuned,
                                                ModelChoice.of(Phase.HEAD, head, Phase.FINE_TUNE, fineTuned))),
                                        fineTuned,
                                        TemperatureScaling.none(fineTuned.loss()),
                                        100,
                                        0,
                                        1,
                                        null,
                                        insights)),
                        new ShownNames())
                .sentences();
    }

    private static void assertSays(String sentence, List<String> sentences) {
        assertTrue(sentences.contains(sentence), sentences.toString());
    }

    @Test
    void whatToKnowAboutTheWeightsIsSaid() {
        String caution = "It was trained from the bundled weights.";
        assertSays(
                caution,
                sentences(
                        metrics(40, 0.5),
                        metrics(42, 0.6),
                        new RunInsights(
                                Optional.empty(),
                                Optional.empty(),
                                FeatureStudy.Result.NONE,
                                Optional.empty(),
                                caution)));
    }

    @Test
    void hardSetIsSaidWithItsLikelyCauseAndWhatToDo() {
        PopulationShift shift =
                new PopulationShift(0.92, new WilsonInterval(0.9, 0.94), 0.58, new WilsonInterval(0.5, 0.66));
        List<String> sentences = sentences(
                metrics(40, 0.5),
                metrics(42, 0.6),
                new RunInsights(
                        Optional.empty(),
                        Optional.empty(),
                        new FeatureStudy.Result(Optional.empty(), Optional.of(shift)),
                        Optional.of(shift.remedy()),
                        ""));
        assertSays(shift.finding(), sentences);
        assertSays("Next step: " + shift.remedy(), sentences);
    }

    @Test
    void gainsAndLossesAreInPointsAndPhotos() {
        assertSays(
                "Fine-tuning gained 4.0 points (2 photos) over the head alone, which gets 80.0% right.",
                sentences(metrics(40, 0.5), metrics(42, 0.6)));
        assertSays(
                "Fine-tuning lost 2.0 points (1 photo) against the head alone, which gets 80.0% right, so the head-only"
                        + " model is the result.",
                sentences(metrics(40, 0.5), metrics(39, 0.4)));
    }

    @Test
    void collapseIsNamed() {
        ClassificationMetrics head = new ClassificationMetrics(
                IMAGES, 0.5, 0.5, 1, 0.5, metrics(40, 1).classes(), ConfusionMatrix.of(new long[][] {{15, 10}, {15, 10}
                }));
        ClassificationMetrics collapsed = new ClassificationMetrics(
                IMAGES, 0.5, 0.52, 1, 0.5, metrics(40, 1).classes(), ConfusionMatrix.of(new long[][] {{26, 0}, {24, 0}
                }));
        assertSays(
                "Fine-tuning gained 2.0 points (1 photo) over the head alone, which gets 50.0% right, but it predicts only 1"
                        + " of the classes, and the head predicts 2, so the head-only model is the result.",
                sentences(head, collapsed));
    }

    @Test
    void whereTheAccuracyIsTheSameTheLossIsNamed() {
        assertSays(
                "Fine-tuning did not change accuracy (80.0%); the validation loss rose" + " from 0.5000 to 0.6000.",
                sentences(metrics(40, 0.5), metrics(40, 0.6)));
        assertSays(
                "Fine-tuning did not change accuracy (80.0%); the validation loss fell" + " from 0.5000 to 0.4000.",
                sentences(metrics(40, 0.5), metrics(40, 0.4)));
    }
}
