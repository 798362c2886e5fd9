package org.finetune.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.inference.Evaluation;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.RunMetrics;
import org.finetune.train.TrainingSummary;
import picocli.CommandLine.Option;

/** The accuracy that a classifier must have, for scripts that continue only with a good one. */
final class MinAccuracyOption {
    @Option(
            names = "--min-accuracy",
            paramLabel = "<share>",
            order = 98,
            converter = ShareConverter.class,
            description = "Exit with code 7 if top-1 accuracy is below this value, from 0 to 1. All output is "
                    + "still written.")
    private Double minimum;

    /**
     * Checks the accuracy of a training run on its validation photos.
     *
     * @throws FinetuneException with {@link ExitCode#ACCURACY} if it is too low
     */
    void check(TrainingSummary summary) {
        ClassificationMetrics result = summary.result();
        check(result.top1(), result.images(), remedy(summary.directory()));
    }

    /**
     * Checks the accuracy that a finished run has recorded.
     *
     * @throws FinetuneException with {@link ExitCode#ACCURACY} if it is too low, with {@link ExitCode#DATA} if the metrics
     *     cannot be read
     */
    void checkFinished(RunDirectory run) {
        if (minimum == null) {
            return;
        }
        try {
            RunMetrics metrics = RunMetrics.read(run.metrics());
            check(metrics.figure("top1"), Math.round(metrics.figure("images")), remedy(run.path()));
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read '" + run.metrics() + "': " + FailureReason.of(e) + "; omit --min-accuracy.",
                    e);
        }
    }

    private static String remedy(Path directory) {
        return "The model is saved in '" + directory + "'; train with more photos or other settings.";
    }

    /**
     * Checks the accuracy on photos of the user's.
     *
     * @throws FinetuneException with {@link ExitCode#ACCURACY} if it is too low
     */
    void check(Evaluation evaluation) {
        ClassificationMetrics metrics = evaluation.metrics();
        check(metrics.top1(), metrics.images(), "Use another model, or train one with more photos.");
    }

    private void check(double top1, long images, String remedy) {
        // An accuracy that is unknown is not enough either.
        if (minimum != null && !(top1 >= minimum)) {
            throw new FinetuneException(
                    ExitCode.ACCURACY,
                    String.format(
                            Locale.ROOT,
                            "%d of %d photos are classified correctly (%.4f), below --min-accuracy %s. %s",
                            Math.round(top1 * images),
                            images,
                            top1,
                            minimum,
                            remedy));
        }
    }
}
