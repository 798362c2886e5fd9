package org.finetune.train;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.ValueType;

/**
 * The time that a run may take, from the start of its process to the end of it. Of a run that is resumed, the time up to its
 * last checkpoint counts too.
 */
final class TimeLimit {
    /** As much time as it takes. */
    static final TimeLimit NONE = new TimeLimit(Optional.empty(), Duration.ZERO, () -> 0);

    /**
     * Saving the model and making the report take about twice as long as starting Java and ND4J does, on fast machines and slow
     * ones, since both are mostly a matter of loading classes. The rest is for chance.
     */
    private static final double END_TO_START = 3;

    /** The part of its rest by which a pass that has just begun may turn out shorter. */
    private static final double UNCERTAIN = 0.5;
    /** The part of the limit that is kept for the head during the pass. */
    private static final double HEAD = 0.05;
    /** The part of the limit that a pass has in any case, to show how fast it is, and after which it is judged in any case. */
    private static final double TRIAL = 0.1;

    private static final double LONGEST_TRIAL = 0.6;

    /** By how much more a limit is proposed than what seems to be needed. */
    private static final double MARGIN = 1.2;

    private final Optional<Duration> limit;
    private final LongSupplier nanoTime;
    private final long start;
    private double earlier;
    private double reserve;

    /**
     * A limit.
     *
     * @param limit the time, if it is limited
     * @param spent how long the process has run
     * @param nanoTime the time in nanoseconds since some moment
     */
    TimeLimit(Optional<Duration> limit, Duration spent, LongSupplier nanoTime) {
        this.limit = limit;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong() - spent.toNanos();
        this.reserve = END_TO_START * spent.toNanos() / 1e9;
    }

    /** That of a run to which a process belongs, as it begins. */
    static TimeLimit of(TrainSettings settings) {
        Instant now = Instant.now();
        Duration spent =
                Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
        return settings.get(Setting.TIME_LIMIT)
                .map(limit -> new TimeLimit(Optional.of(limit), spent, System::nanoTime))
                .orElse(NONE);
    }

    /** Whether there is one. */
    boolean isSet() {
        return limit.isPresent();
    }

    /** Seconds to the end of the training: the rest is for saving and reporting. */
    double left() {
        return limit.map(time -> inSeconds(time) - spent() - reserve).orElse(Double.POSITIVE_INFINITY);
    }

    private double spent() {
        return earlier + (nanoTime.getAsLong() - start) / 1e9;
    }

    /** Seconds that are kept for the end. */
    double reserve() {
        return reserve;
    }

    /** Keeps more time for the end. */
    void reserve(double seconds) {
        reserve = Math.max(reserve, seconds);
    }

    /** Adds seconds that the run took in another process. */
    void add(double seconds) {
        earlier += seconds;
    }

    /**
     * Checks that time is left.
     *
     * @throws TimeUpException if none is
     */
    void check() {
        if (left() <= 0) {
            throw new TimeUpException("The time limit of " + this + " ran out before the head was trained; use "
                    + "--time-limit " + longer(inSeconds(limit.orElseThrow())) + " or more.");
        }
    }

    /**
     * Checks that a pass over the photos will be over in time. At first its speed is uncertain, so that only what is far too
     * slow is given up.
     *
     * @throws TimeUpException if it will not
     */
    void checkPass(PassSpeed pass) {
        if (!isSet() || pass.left() == 0) {
            return;
        }
        double allowed = inSeconds(limit.orElseThrow());
        double end = reserve + HEAD * allowed;
        boolean canTell = pass.isKnown() ? pass.seconds() > TRIAL * allowed : spent() + end > LONGEST_TRIAL * allowed;
        double certain = pass.rest() * (1 - UNCERTAIN * pass.left());
        if (canTell && spent() + certain + end > allowed) {
            throw new TimeUpException(String.format(
                    "The time limit of %s is too short: on this machine the first pass over all %d photos takes "
                            + "about %s. Use --time-limit %s or more, or a smaller --alpha or --size.",
                    this, pass.total(), seconds(pass.seconds() + pass.rest()), longer(spent() + pass.rest() + end)));
        }
    }

    private static double inSeconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static String longer(double seconds) {
        return seconds(MARGIN * seconds);
    }

    /** A number of seconds, rounded up by a tenth at most, or to a whole one. */
    private static String seconds(double seconds) {
        int step = seconds < 50 ? 1 : seconds < 100 ? 5 : 10;
        return ValueType.text(Duration.ofSeconds((long) Math.ceil(seconds / step) * step));
    }

    /** The limit as people write it. */
    @Override
    public String toString() {
        return limit.map(ValueType::text).orElse("none");
    }
}
