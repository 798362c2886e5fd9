package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private long now;

    /** After a start of two seconds. */
    private TimeLimit limit(int seconds) {
        return new TimeLimit(Optional.of(Duration.ofSeconds(seconds)), Duration.ofSeconds(2), () -> now);
    }

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    /** Has a pass do some photos, and checks it. */
    private void run(PassSpeed speed, long done, double seconds, TimeLimit limit) {
        pass(seconds);
        speed.progress(done, speed.seconds() + seconds);
        limit.checkPass(speed);
    }

    @Test
    void theEndIsKeptFree() {
        TimeLimit limit = limit(60);
        assertEquals(60 - 2 - 6, limit.left());
        limit.reserve(10);
        limit.reserve(3);
        limit.add(20);
        pass(5);
        assertEquals(60 - 2 - 10 - 20 - 5, limit.left());
        limit.check();
        pass(24);
        assertThrows(TimeUpException.class, limit::check);
    }

    /** The first batch, with which everything starts, is not what the others are like. */
    @Test
    void aPassThatIsFarTooSlowIsGivenUpEarly() {
        TimeLimit limit = limit(60);
        PassSpeed speed = new PassSpeed(1000);
        run(speed, 5, 5, limit);
        run(speed, 10, 1, limit);
        run(speed, 15, 1, limit);
        TimeUpException refused = assertThrows(TimeUpException.class, () -> run(speed, 20, 1, limit));
        assertEquals(
                "The time limit of 1m is too short: on this machine the first pass over all 1000 photos takes"
                        + " about 3m30s. Use --time-limit 4m20s or more, or a smaller --alpha or --size.",
                refused.getMessage());
    }

    /** A quarter of a pass may be in the first batch; the limit is not passed by that. */
    @Test
    void aPassOfFewBatchesIsJudgedWhileThereIsTime() {
        TimeLimit limit = limit(60);
        PassSpeed speed = new PassSpeed(100);
        run(speed, 10, 20, limit);
        assertThrows(TimeUpException.class, () -> run(speed, 20, 20, limit));
    }

    @Test
    void aPassThatOnlyBeginsSlowlyIsNot() {
        TimeLimit limit = limit(60);
        PassSpeed speed = new PassSpeed(1000);
        run(speed, 10, 12, limit);
        for (int done = 20; done <= 1000; done += 10) {
            run(speed, done, 0.2, limit);
        }
        assertEquals(12 + 99 * 0.2, speed.seconds(), 1e-6);
    }

    /** It would take 60 seconds, but the first photos take longer than the others. */
    @Test
    void aPassThatIsALittleTooSlowIsGivenUpWhenThatIsCertain() {
        TimeLimit limit = limit(60);
        PassSpeed speed = new PassSpeed(1000);
        for (int done = 50; done <= 350; done += 50) {
            run(speed, done, 3, limit);
        }
        assertThrows(TimeUpException.class, () -> {
            for (int done = 400; done < 1000; done += 50) {
                run(speed, done, 3, limit);
            }
        });
        assertTrue(spent(limit) < 60, "It was given up in time");
        run(speed, 1000, 3, limit);
    }

    private static double spent(TimeLimit limit) {
        return 60 - limit.reserve() - limit.left();
    }

    @Test
    void withoutALimitNothingIsChecked() {
        PassSpeed slow = new PassSpeed(1_000_000);
        slow.progress(1, 1e9);
        TimeLimit.NONE.checkPass(slow);
        TimeLimit.NONE.check();
        assertEquals(Double.POSITIVE_INFINITY, TimeLimit.NONE.left());
    }
}
