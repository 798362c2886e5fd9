package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.train.Phase;
import org.finetune.train.TrainingSummary;
import org.junit.jupiter.api.Test;

class TrainingReportTest {
    private static final int IMAGES = 50;

    private static ClassificationMetrics metrics(int hits, double loss) {
        return new ClassificationMetrics(IMAGES, loss, hits / (double) IMAGES, 1, 0, List.of(), new long[0][]);
    }

    private static String gain(Phase kept, ClassificationMetrics head, ClassificationMetrics fineTuned) {
        return TrainingReport.gain(new TrainingSummary(Path.of("run"), kept, head, fineTuned, 100, 0, 1, null));
    }

    @Test
    void gainIsInPoints() {
        assertEquals(
                "80.0% after the head, 84.0% after fine-tuning (+4.0 points)",
                gain(Phase.FINE_TUNE, metrics(40, 0.5), metrics(42, 0.6)));
        assertEquals(
                "80.0% after the head, 78.0% after fine-tuning (-2.0 points), so the head-only model is kept",
                gain(Phase.HEAD, metrics(40, 0.5), metrics(39, 0.4)));
    }

    @Test
    void whereTheAccuracyIsTheSameTheLossIsNamed() {
        assertEquals(
                "0.0% after the head and after fine-tuning; validation loss 0.5000, then 0.6000, so the head-only model"
                        + " is kept",
                gain(Phase.HEAD, metrics(0, 0.5), metrics(0, 0.6)));
        assertEquals(
                "80.0% after the head and after fine-tuning; validation loss 0.5000, then 0.4000",
                gain(Phase.FINE_TUNE, metrics(40, 0.5), metrics(40, 0.4)));
    }

    @Test
    void theHeadAloneIsSaidToBeWanted() {
        assertEquals("none: the head alone was trained", gain(Phase.HEAD, metrics(40, 0.5), null));
    }
}
