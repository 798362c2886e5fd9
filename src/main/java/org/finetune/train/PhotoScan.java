package org.finetune.train;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;

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
