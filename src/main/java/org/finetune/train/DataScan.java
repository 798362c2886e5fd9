package org.finetune.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;

/** Finds the images of a run. Where they have to be read for that, and it takes more than a moment, it is a stage. */
public final class DataScan {
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private final TrainingListener listener;
    private final LongSupplier nanoTime;
    private final long start;
    private long shown = -1;

    private DataScan(TrainingListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /**
     * Finds them.
     *
     * @param data the directory
     * @param validationShare share of validation images, in (0, 1), where the directory is not split itself
     * @throws org.finetune.FinetuneException as {@link PhotoDirectory#forTraining}
     */
    public static Dataset of(Path data, double validationShare, TrainingListener listener) {
        return of(data, validationShare, listener, System::nanoTime);
    }

    static Dataset of(Path data, double validationShare, TrainingListener listener, LongSupplier nanoTime) {
        DataScan scan = new DataScan(listener, nanoTime);
        Dataset found = PhotoDirectory.forTraining(data, validationShare, scan::read);
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
