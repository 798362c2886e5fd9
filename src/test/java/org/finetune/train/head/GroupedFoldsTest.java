package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupedFoldsTest {

    @Test
    void everyClassIsSpreadEvenly() {
        int[] labels = IntStream.range(0, 2 * 101)
                .map(row -> row / 2 % 10 < 7 ? 0 : row / 2 % 10 < 9 ? 1 : 2)
                .toArray();
        int[] groups = IntStream.range(0, labels.length).map(row -> row / 2).toArray();
        int[] folds = GroupedFolds.of(labels, groups, 3, 3, 5);
        for (int label = 0; label < 3; label++) {
            int[] counts = new int[3];
            for (int row = 0; row < labels.length; row++) {
                counts[folds[row]] += labels[row] == label ? 1 : 0;
            }
            Arrays.sort(counts);
            assertTrue(counts[2] - counts[0] <= 2, Arrays.toString(counts));
        }
        assertArrayEquals(folds, GroupedFolds.of(labels, groups, 3, 3, 5));
        assertFalse(Arrays.equals(folds, GroupedFolds.of(labels, groups, 3, 3, 6)));
    }

    /** As patients have photos of several classes, and some have many more than others. */
    @Test
    void noGroupIsDivided() {
        Random random = new Random(3);
        int[] groups = random.ints(600, 0, 40).map(group -> group * group / 40).toArray();
        int[] labels = random.ints(600, 0, 4).toArray();
        int[] folds = GroupedFolds.of(labels, groups, 4, 3, 1);
        Map<Integer, Integer> foldOfGroup = new HashMap<>();
        int[] sizes = new int[3];
        for (int row = 0; row < 600; row++) {
            Integer before = foldOfGroup.putIfAbsent(groups[row], folds[row]);
            assertTrue(before == null || before == folds[row]);
            sizes[folds[row]]++;
        }
        Arrays.sort(sizes);
        assertTrue(sizes[0] > 160, Arrays.toString(sizes));
    }

    @Test
    void orderOfTheRowsDoesNotMatter() {
        int[] labels = {0, 1, 0, 1, 2, 2, 0};
        int[] groups = {4, 4, 1, 9, 7, 2, 3};
        int[] folds = GroupedFolds.of(labels, groups, 3, 3, 1);
        int[] reversed = GroupedFolds.of(reverse(labels), reverse(groups), 3, 3, 1);
        assertArrayEquals(folds, reverse(reversed));
    }

    private static int[] reverse(int[] values) {
        return IntStream.range(0, values.length)
                .map(i -> values[values.length - 1 - i])
                .toArray();
    }

    @Test
    void fewGroupsMakeFewFolds() {
        assertArrayEquals(new int[] {0, 0, 0}, GroupedFolds.of(new int[] {0, 1, 0}, new int[] {8, 8, 8}, 2, 3, 1));
        int[] two = GroupedFolds.of(new int[] {0, 1, 0}, new int[] {8, 3, 8}, 2, 3, 1);
        assertEquals(1, Arrays.stream(two).max().orElseThrow());
    }

    @Test
    void knowsWhichClassesAreOutsideAFold() {
        int[] folds = {0, 1, 0, 2};
        int[] labels = {0, 0, 1, 2};
        assertArrayEquals(new boolean[] {true, false, true}, GroupedFolds.classesOutside(0, folds, labels, 3));
        assertArrayEquals(new boolean[] {true, true, true}, GroupedFolds.classesOutside(1, folds, labels, 3));
    }
}
