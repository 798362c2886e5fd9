package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Collections;
import java.util.List;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;

class BadPhotoPolicyTest {
    private static final BadPhoto ABSENT = new BadPhoto("a.jpg", "no such file");
    private static final BadPhoto EMPTY = new BadPhoto("b.jpg", "empty");

    private static String refusal(BadPhotoPolicy policy, List<BadPhoto> bad, long tried) {
        BadPhotoCount count = BadPhotoCount.of(bad);
        return assertThrows(FinetuneException.class, () -> policy.check(count, tried))
                .getMessage();
    }

    @Test
    void fewMayBeBad() {
        BadPhotoPolicy policy = new BadPhotoPolicy(false, 0.05);
        BadPhotoCount none = new BadPhotoCount();
        assertDoesNotThrow(() -> policy.check(none, 0));
        BadPhotoCount five = BadPhotoCount.of(Collections.nCopies(5, EMPTY));
        assertDoesNotThrow(() -> policy.check(five, 100));
        assertEquals(
                "5 of 99 photos are unusable, such as 'b.jpg' (empty); repair or remove them, or raise "
                        + "--max-bad-fraction to 0.051.",
                refusal(policy, Collections.nCopies(5, EMPTY), 99));
        assertEquals(
                "1 of 2 photos is unusable, 'b.jpg' (empty); repair or remove it, or raise --max-bad-fraction to 0.5.",
                refusal(policy, List.of(EMPTY), 2));
        assertFalse(new BadPhotoPolicy(false, 0.051).isExceeded(5, 99));
    }

    @Test
    void refusalsNameTheFirstPhotoAndTheRemedy() {
        BadPhotoPolicy strict = new BadPhotoPolicy(true, 0.05);
        assertEquals(
                "The photo 'a.jpg' (no such file) is unusable, and --strict allows none; remove it or omit --strict.",
                refusal(strict, List.of(ABSENT, EMPTY), 1000));
        assertEquals(
                "No such file: 'a.jpg', nor are there 1 others; check the spelling.",
                refusal(strict, List.of(ABSENT, ABSENT), 1000));
        BadPhotoPolicy policy = new BadPhotoPolicy(false, 0.05);
        assertEquals(
                "None of the 2 photos are usable, such as 'b.jpg' (empty); repair them or name another.",
                refusal(policy, List.of(EMPTY, ABSENT), 2));
        assertEquals(
                "The photo 'b.jpg' (empty) is unusable; repair it or name another.",
                refusal(policy, List.of(EMPTY), 1));
    }
}
