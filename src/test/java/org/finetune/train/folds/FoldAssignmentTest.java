package org.finetune.train.folds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;

class FoldAssignmentTest {
    private static final List<String> CLASSES = List.of("cat", "dog");

    @Test
    void everyPhotoIsHeldOutOnceWithItsGroupAndClassesAreSpread() {
        int[] labels = IntStream.range(0, 120).map(photo -> photo % 2).toArray();
        int[] groups = IntStream.range(0, 120).map(photo -> photo / 4 * 4).toArray();
        FoldAssignment folds = FoldAssignment.of(labels, groups, CLASSES, 5, 1);
        for (int fold = 0; fold < 5; fold++) {
            int[] held = folds.heldOut(fold);
            assertEquals(24, held.length);
            assertEquals(12, IntStream.of(held).map(photo -> labels[photo]).sum());
            assertEquals(96, folds.training(fold).length);
        }
        for (int photo = 0; photo < 120; photo++) {
            assertEquals(folds.folds()[groups[photo]], folds.folds()[photo]);
        }
    }

    @Test
    void whatCannotBeDividedIsRefusedWithTheReason() {
        int[] labels = {0, 0, 0, 1, 1, 1};
        assertRefused(labels, new int[] {0, 0, 0, 3, 4, 5}, 2, "the class 'cat'");
        assertRefused(labels, new int[] {0, 0, 2, 3, 3, 5}, 5, "there are 4");
    }

    private static void assertRefused(int[] labels, int[] groups, int folds, String part) {
        String message = assertThrows(
                        FinetuneException.class, () -> FoldAssignment.of(labels, groups, CLASSES, folds, 1))
                .getMessage();
        assertTrue(message.contains(part), message);
    }
}
