package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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

    @Test
    void aPassThatIsFarTooSlowIsGivenUpEarly() {
        TimeLimit limit = limit(60);
        pass(5);
        assertDoesNotThrow(() -> limit.checkPass(5, 1000, 5), "too early to say");
        pass(2);
        TimeUpException refused = assertThrows(TimeUpException.class, () -> limit.checkPass(20, 1000, 7));
        assertEquals(
                "The time limit of 1m is too short: on this machine the first pass over all 1000 photos takes"
                        + " about 5m50s. Use --time-limit 7m20s or more, or a smaller --alpha or --size.",
                refused.getMessage());
    }

    /** It would take 60 seconds, but the first photos take longer than the others. */
    @Test
    void aPassThatIsALittleTooSlowIsGivenUpWhenThatIsCertain() {
        TimeLimit limit = limit(60);
        pass(12);
        assertDoesNotThrow(() -> limit.checkPass(200, 1000, 12));
        pass(30);
        assertThrows(TimeUpException.class, () -> limit.checkPass(700, 1000, 42));
        limit.checkPass(1000, 1000, 60);
    }

    @Test
    void withoutALimitNothingIsChecked() {
        TimeLimit.NONE.checkPass(1, 1_000_000, 1e9);
        TimeLimit.NONE.check();
        assertEquals(Double.POSITIVE_INFINITY, TimeLimit.NONE.left());
    }
}
