package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NeighborVotesTest {
    private static final int ROWS = 600;
    private static final int FEATURES = 12;
    private static final int CLASSES = 4;

    private final float[][] values = new float[ROWS][FEATURES];
    private final int[] labels = new int[ROWS];
    private final int[] groups = new int[ROWS];

    @Test
    void sharesAreThoseOfTheMostSimilarRowsOfOtherGroups() {
        Random random = new Random(5);
        for (int row = 0; row < ROWS; row++) {
            labels[row] = random.nextInt(CLASSES);
            groups[row] = random.nextInt(200);
            for (int i = 0; i < FEATURES; i++) {
                values[row][i] = random.nextFloat() + (i == labels[row] ? 1 : 0);
            }
        }
        List<float[]> votes = NeighborVotes.of(rows(), CLASSES);
        assertEquals(ROWS, votes.size());
        for (int row = 0; row < ROWS; row++) {
            assertArrayEquals(expected(row), votes.get(row), 1e-5f, "row " + row);
        }
    }

    @Test
    void aRowWithoutOthersHasNoVotes() {
        assertArrayEquals(new float[CLASSES], NeighborVotes.of(rows(), CLASSES).get(0));
    }

    private ArrayRows rows() {
        return new ArrayRows(values, labels, groups);
    }

    private float[] expected(int row) {
        float[] shares = new float[CLASSES];
        IntStream.range(0, ROWS)
                .filter(other -> groups[other] != groups[row])
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -cosine(values[row], values[other])))
                .limit(NeighborVotes.NEIGHBORS)
                .forEach(other -> shares[labels[other]] += 1f / NeighborVotes.NEIGHBORS);
        return shares;
    }

    private static double cosine(float[] a, float[] b) {
        double product = 0;
        double lengthA = 0;
        double lengthB = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[i] * b[i];
        }
        return product / Math.sqrt(lengthA * lengthB);
    }
}
