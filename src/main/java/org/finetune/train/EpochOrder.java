package org.finetune.train;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * In which order an epoch goes through the images, which view it takes of each, and which dropout masks it draws. It all
 * follows from the seed, the phase and the epoch, so that an epoch can be repeated by itself.
 *
 * <p>Activations of more images than a pool has may not fit into memory, and reading them one by one from all over a file would
 * take a disk far longer than the training. The images are then dealt out to pools in segments of neighbours, and shuffled within
 * each pool. Of as many consecutive segments as there are pools, each pool gets one, so every pool is a sample of the whole list,
 * in which the images of a class follow each other.
 */
final class EpochOrder {
    /** Images of a pool, whose activations take a gigabyte at alpha 1.0. */
    static final int POOL = 1 << 15;

    /** Images of a segment, whose activations are read in one go. */
    private static final int SEGMENT = 32;

    private final int[] records;
    private final int[] poolEnds;
    private final long maskSeed;

    /**
     * Draws the order.
     *
     * @param images number of images
     * @param views views of each image
     * @param epoch number of the epoch in its phase
     */
    EpochOrder(long seed, Phase phase, int epoch, int images, int views) {
        SplittableRandom random = new SplittableRandom(mix(seed, phase.number(), epoch));
        this.maskSeed = random.nextLong();
        this.records = new int[images];
        int[][] pools = pools(images, random);
        this.poolEnds = new int[pools.length];
        int start = 0;
        for (int pool = 0; pool < pools.length; pool++) {
            shuffle(pools[pool], start, views, random);
            start += pools[pool].length;
            poolEnds[pool] = start;
        }
    }

    /** The images of each pool, in ascending order. */
    private static int[][] pools(int images, SplittableRandom random) {
        int count = (images + POOL - 1) / POOL;
        if (count <= 1) {
            return new int[][] {IntStream.range(0, images).toArray()};
        }
        IntStream.Builder[] pools = new IntStream.Builder[count];
        Arrays.setAll(pools, pool -> IntStream.builder());
        int[] dealt = IntStream.range(0, count).toArray();
        for (int first = 0; first < images; first += SEGMENT) {
            int turn = first / SEGMENT % count;
            // Fisher-Yates shuffle, a step for each segment.
            int other = turn + random.nextInt(count - turn);
            int pool = dealt[other];
            dealt[other] = dealt[turn];
            dealt[turn] = pool;
            IntStream.range(first, Math.min(images, first + SEGMENT)).forEach(pools[pool]);
        }
        return Arrays.stream(pools).map(pool -> pool.build().toArray()).toArray(int[][]::new);
    }

    private void shuffle(int[] images, int start, int views, SplittableRandom random) {
        for (int i = 0; i < images.length; i++) {
            // Inside-out Fisher-Yates shuffle.
            int place = random.nextInt(i + 1);
            records[start + i] = records[start + place];
            records[start + place] = Math.addExact(Math.multiplyExact(images[i], views), random.nextInt(views));
        }
    }

    private static long mix(long seed, long phase, long epoch) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + 31 * phase + 1_000_003 * epoch).nextLong();
    }

    /** {@code image * views + view} for each image, in the order of the epoch. */
    int[] records() {
        return records;
    }

    /** Whether there is more than one pool. */
    boolean hasPools() {
        return poolEnds.length > 1;
    }

    /** Where the pool ends that has a place of the epoch. */
    int poolEnd(int place) {
        int found = Arrays.binarySearch(poolEnds, place + 1);
        return poolEnds[found >= 0 ? found : -found - 1];
    }

    /** Seed of the dropout mask of a step. */
    long maskSeed(int step) {
        return maskSeed + step;
    }
}
