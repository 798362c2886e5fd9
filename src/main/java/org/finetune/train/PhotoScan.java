package org.finetune.train;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitRule;
import org.finetune.data.split.GroupPattern;
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
     * Finds those of some settings: all of them where they are to be cross-validated, else divided.
     *
     * @throws org.finetune.FinetuneException as {@link PhotoSource#forTraining} or {@link PhotoSource#forFolds}
     */
    public static Dataset of(TrainSettings settings, TrainingListener listener) {
        PhotoSource source = PhotoSource.of(settings.get(Setting.DATA));
        Optional<GroupPattern> groups = settings.get(Setting.GROUP_BY).map(GroupPattern::of);
        if (settings.get(Setting.FOLDS).isPresent()) {
            return source.forFolds(groups);
        }
        return of(source, new SplitRule(settings.get(Setting.VAL_SPLIT), groups), listener);
    }

    /**
     * Finds them, divided.
     *
     * @param source where they are
     * @param rule how they are divided where the source is not split itself
     * @throws org.finetune.FinetuneException as {@link PhotoSource#forTraining}
     */
    public static Dataset of(PhotoSource source, SplitRule rule, TrainingListener listener) {
        return of(source, rule, listener, System::nanoTime);
    }

    static Dataset of(PhotoSource source, SplitRule rule, TrainingListener listener, LongSupplier nanoTime) {
        PhotoScan scan = new PhotoScan(listener, nanoTime);
        Dataset found = source.forTraining(rule, scan::read);
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
