package org.finetune.train;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoSource;
import org.finetune.data.TestPart;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/** Finds the photos of a run. Where they have to be read for that, and it takes more than a moment, it is a stage. */
public final class PhotoScan {
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final TrainingListener listener;
    private final LongSupplier nanoTime;
    private final long start;
    private long shown = -1;

    private PhotoScan(TrainingListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /**
     * Finds them.
     *
     * @param source where they are
     * @param validationShare share of validation images, in (0, 1), where the source is not split itself
     * @throws org.finetune.FinetuneException as {@link PhotoSource#forTraining}
     */
    public static Dataset of(PhotoSource source, double validationShare, TrainingListener listener) {
        return of(source, validationShare, listener, System::nanoTime);
    }

    /**
     * Finds those of a training run with some settings.
     *
     * @throws org.finetune.FinetuneException as {@link PhotoSource#forTraining}, and with {@link ExitCode#USAGE} if the
     *     validation and the test leave nothing to train on
     */
    public static Dataset of(TrainSettings settings, TrainingListener listener) {
        double validation = settings.get(Setting.VAL_SPLIT);
        double test = settings.get(Setting.TEST_SPLIT);
        if (validation + test >= 1) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--val-split " + validation + " and --test-split " + test
                            + " leave no photos to train on; choose shares whose sum is below 1.");
        }
        return TestPart.keep(of(new PhotoDirectory(settings.get(Setting.DATA)), validation, listener), test);
    }

    static Dataset of(PhotoSource source, double validationShare, TrainingListener listener, LongSupplier nanoTime) {
        PhotoScan scan = new PhotoScan(listener, nanoTime);
        Dataset found = source.forTraining(validationShare, scan::read);
        if (scan.shown >= 0) {
            listener.stageFinished();
        }
        return found;
    }

    private synchronized void read(long done, long total) {
        if (shown < 0 && nanoTime.getAsLong() - start > MOMENT.toNanos()) {
            listener.stageStarted("reading", total);
            shown = 0;
        }
        // Threads may come here in another order than they counted.
        if (shown >= 0 && done > shown) {
            shown = done;
            listener.stageProgress(done, () -> "");
        }
    }
}
