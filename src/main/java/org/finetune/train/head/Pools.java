package org.finetune.train.head;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Divides a list into pools, each of which is read in the order of the list before it is shuffled.
 *
 * <p>What is known of a long list may not fit into memory, and reading it record by record from all over a file would take a disk far
 * longer than the training. The list is therefore dealt out in segments of neighbours. Of as many consecutive segments as there are
 * pools, each pool gets one, so every pool is a sample of the whole list, in which the members of a class follow each other.
 */
public final class Pools {
    /** Members of a pool. The activations of as many images take a gigabyte at alpha 1.0. */
    public static final int SIZE = 1 << 15;

    /** Members of a segment, whose records are read in one go. */
    private static final int SEGMENT = 32;

    private Pools() {}

    /**
     * Deals a list out.
     *
     * @param length of the list
     * @return the members of each pool by their numbers in the list, in ascending order; a short list is a single pool
     */
    public static int[][] deal(int length, RandomGenerator random) {
        int count = (length + SIZE - 1) / SIZE;
        if (count <= 1) {
            return new int[][] {IntStream.range(0, length).toArray()};
        }
        IntStream.Builder[] pools = new IntStream.Builder[count];
        Arrays.setAll(pools, pool -> IntStream.builder());
        int[] dealt = IntStream.range(0, count).toArray();
        for (int first = 0; first < length; first += SEGMENT) {
            int turn = first / SEGMENT % count;
            // Fisher-Yates shuffle, a step for each segment.
            int other = turn + random.nextInt(count - turn);
            int pool = dealt[other];
            dealt[other] = dealt[turn];
            dealt[turn] = pool;
            IntStream.range(first, Math.min(length, first + SEGMENT)).forEach(pools[pool]);
        }
        return Arrays.stream(pools).map(pool -> pool.build().toArray()).toArray(int[][]::new);
    }
}
