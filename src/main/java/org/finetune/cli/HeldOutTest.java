package org.finetune.cli;

import java.io.IOException;
import java.util.function.Consumer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhotoNotices;
import org.finetune.data.Dataset;
import org.finetune.inference.Evaluation;
import org.finetune.inference.ImageClassifier;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.model.SavedModel;
import org.finetune.run.RunDirectory;
import org.finetune.run.files.RunMetrics;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/** The test of a finished run on the photos that were kept for it. */
final class HeldOutTest {
    private final TrainSettings settings;
    private final Dataset data;
    private final Consumer<String> warnings;

    /**
     * Prepares a test.
     *
     * @param settings those of the run
     * @param data its photos
     * @param warnings is notified of photos that cannot be used
     */
    HeldOutTest(TrainSettings settings, Dataset data, Consumer<String> warnings) {
        this.settings = settings;
        this.data = data;
        this.warnings = warnings;
    }

    /** Whether photos were kept. */
    boolean isWanted() {
        return !data.test().isEmpty();
    }

    /**
     * Measures a model, and adds the metrics to those of its run.
     *
     * @param run the directory of the run
     * @param model its model
     */
    ClassificationMetrics run(RunDirectory run, SavedModel model) {
        ImageClassifier classifier =
                new ImageClassifier(model, settings.get(Setting.MAX_PIXELS), settings.get(Setting.THREADS), warnings);
        Evaluation evaluation = Evaluation.of(classifier, model.classes(), data.testPart());
        BadPhotoNotices notices = new BadPhotoNotices(warnings);
        evaluation.skipped().forEach(notices::add);
        notices.finish("which 'finetune check --format json' lists");
        try {
            RunMetrics.read(run.metrics()).withTest(evaluation.metrics()).write(run.metrics());
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA, "Cannot read '" + run.metrics() + "': " + FailureReason.of(e) + ".", e);
        }
        return evaluation.metrics();
    }
}
