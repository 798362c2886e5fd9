package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.cli.terminal.Terminal;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;
import org.finetune.metrics.WilsonInterval;
import org.finetune.train.FineTunedStage;
import org.finetune.train.ModelChoice;
import org.finetune.train.Phase;
import org.finetune.train.RunInsights;
import org.finetune.train.TrainingSummary;
import org.finetune.train.advice.FeatureStudy;
import org.finetune.train.advice.PopulationShift;
import org.finetune.train.head.TemperatureScaling;
import org.junit.jupiter.api.Test;

class TrainingReportTest {
    private static final int IMAGES = 50;

    private static ClassificationMetrics metrics(int hits, double loss) {
        return metrics(hits, loss, 1);
    }

    private static ClassificationMetrics metrics(int hits, double loss, double macroF1) {
        return new ClassificationMetrics(
                IMAGES, loss, hits / (double) IMAGES, 1, macroF1, List.of(), ConfusionMatrix.of(new long[0][]));
    }

    private static String gain(ClassificationMetrics head, ClassificationMetrics fineTuned) {
        return gain(
                head,
                new FineTunedStage(
                        Phase.FINE_TUNE, fineTuned, ModelChoice.of(Phase.HEAD, head, Phase.FINE_TUNE, fineTuned)));
    }

    private static String gain(ClassificationMetrics head, FineTunedStage... stages) {
        return TrainingReport.gain(new TrainingSummary(
                Path.of("run"),
                head,
                List.of(stages),
                head,
                TemperatureScaling.none(1),
                100,
                0,
                1,
                null,
                RunInsights.NONE));
    }

    /** Validation photos of other tiles than the training photos. */
    private static final PopulationShift SHIFT =
            new PopulationShift(0.92, new WilsonInterval(0.9, 0.94), 0.58, new WilsonInterval(0.5, 0.66));

    @Test
    void hardSetAndTheNextStepHaveALineEach() {
        RunInsights insights = new RunInsights(
                Optional.empty(),
                Optional.empty(),
                new FeatureStudy.Result(Optional.empty(), Optional.of(SHIFT)),
                Optional.of(SHIFT.remedy()),
                "");
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text, true);
        TrainingReport.print(
                new TrainingSummary(
                        Path.of("run"),
                        metrics(29, 1),
                        List.of(),
                        metrics(29, 1),
                        TemperatureScaling.none(1),
                        100,
                        0,
                        1,
                        null,
                        insights),
                Optional.empty(),
                new Console(out, out, false, Terminal.NONE, Terminal.NONE));
        List<String> lines = text.toString().lines().toList();
        assertTrue(lines.contains("Hard set   " + SHIFT.finding()), text.toString());
        assertTrue(lines.contains("Next step  " + SHIFT.remedy()), text.toString());
        assertTrue(lines.contains("  finetune evaluate run --data DIR"), text.toString());
    }

    @Test
    void gainIsInPoints() {
        assertEquals(
                "80.0% after the head, 84.0% after fine-tuning (+4.0 points)",
                gain(metrics(40, 0.5), metrics(42, 0.6)));
        assertEquals(
                "80.0% after the head, 78.0% after fine-tuning (-2.0 points), so the head-only model is kept",
                gain(metrics(40, 0.5), metrics(39, 0.4)));
    }

    @Test
    void whereTheAccuracyIsTheSameTheLossIsNamed() {
        assertEquals(
                "0.0% after the head and after fine-tuning; validation loss 0.5000, then 0.6000",
                gain(metrics(0, 0.5), metrics(0, 0.6)));
        assertEquals(
                "80.0% after the head and after fine-tuning; validation loss 0.5000, then 0.4000",
                gain(metrics(40, 0.5), metrics(40, 0.4)));
    }

    @Test
    void collapseIsNamed() {
        assertEquals(
                "80.0% after the head, 84.0% after fine-tuning (+4.0 points), but macro F1 fell from 0.800 to "
                        + "0.700, so"
                        + " the head-only model is kept",
                gain(metrics(40, 0.5, 0.8), metrics(42, 0.4, 0.7)));
    }

    @Test
    void eachStageHasItsShare() {
        Phase first = new Phase(1, "fine-tune-20", "20 layers");
        Phase second = new Phase(2, "fine-tune-all", "all layers");
        FineTunedStage kept = new FineTunedStage(first, metrics(42, 0.5), new ModelChoice(first, ""));
        FineTunedStage worse = new FineTunedStage(second, metrics(41, 0.4), new ModelChoice(first, ""));
        assertEquals(
                "80.0% after the head, 84.0% after 20 layers, 82.0% after all layers; the model after 20 layers "
                        + "is kept"
                        + " (+4.0 points)",
                gain(metrics(40, 0.5), kept, worse));
    }

    @Test
    void theHeadAloneIsSaidToBeWanted() {
        assertEquals("none: only the head was trained", gain(metrics(40, 0.5)));
    }
}
