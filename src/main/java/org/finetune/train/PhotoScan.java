package org.finetune.train;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoSource;
import org.finetune.data.SplitRule;
import org.finetune.data.TestPart;
import org.finetune.data.split.GroupPattern;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the photos of a run. Where they have to be read for that, and it takes more than a moment, it is a task. */
public final class PhotoScan {
    private static final Logger LOG = LoggerFactory.getLogger(PhotoScan.class);
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
     * @param source where they are
     * @throws FinetuneException as {@link PhotoSource#forTraining} or {@link PhotoSource#forFolds}; with
     *     {@link ExitCode#USAGE} if the validation and the test leave nothing to train on; with {@link ExitCode#DATA} if
     *     there are other classes than expected, or no photos to validate with
     */
    public static Dataset of(TrainSettings settings, PhotoSource source, TrainingListener listener) {
        double test = settings.get(Setting.TEST_SPLIT);
        requireUsable(settings.get(Setting.VAL_SPLIT), test, settings.get(Setting.GROUP_BY));
        Dataset data = TestPart.keep(found(settings, source, listener), test);
        settings.get(Setting.CLASSES).ifPresent(data::requireClasses);
        if (settings.get(Setting.FOLDS).isEmpty()) {
            data.requireValidation();
        }
        return data;
    }

    private static Dataset found(TrainSettings settings, PhotoSource source, TrainingListener listener) {
        Optional<GroupPattern> groups = settings.get(Setting.GROUP_BY).map(GroupPattern::of);
        if (settings.get(Setting.FOLDS).isPresent()) {
            return source.forFolds(groups);
        }
        return of(source, new SplitRule(settings.get(Setting.VAL_SPLIT), groups), listener);
    }

    private static void requireUsable(double validation, double test, Optional<String> groups) {
        if (validation + test >= 1) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--val-split " + validation + " and --test-split " + test
                            + " leave no photos to train on; choose fractions that add up to less than 1.");
        }
        if (test > 0 && groups.isPresent()) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--test-split cannot be combined with --group-by; put the test photos into a separate "
                            + "directory and use 'finetune evaluate'.");
        }
    }

    /**
     * Finds them, divided.
     *
     * @param source where they are
     * @param rule how they are divided where the source is not split itself
     * @throws FinetuneException as {@link PhotoSource#forTraining}
     */
    public static Dataset of(PhotoSource source, SplitRule rule, TrainingListener listener) {
        return of(source, rule, listener, System::nanoTime);
    }

    static Dataset of(PhotoSource source, SplitRule rule, TrainingListener listener, LongSupplier nanoTime) {
        PhotoScan scan = new PhotoScan(listener, nanoTime);
        Dataset found = source.forTraining(rule, scan::read);
        if (scan.shown >= 0) {
            listener.taskFinished();
        }
        LOG.debug(
                "Found and divided {} photos in {} ms",
                found.photos(),
                (nanoTime.getAsLong() - scan.start) / 1_000_000);
        return found;
    }

    private synchronized void read(long done, long total) {
        if (shown < 0 && nanoTime.getAsLong() - start > MOMENT.toNanos()) {
            listener.taskStarted("reading", total);
            shown = 0;
        }
        // Threads may come here in another order than they counted.
        if (shown >= 0 && done > shown) {
            shown = done;
            listener.taskProgress(done, () -> "");
        }
    }
}
