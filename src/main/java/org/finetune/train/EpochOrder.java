package org.finetune.train;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.finetune.train.head.Pools;

/**
 * In which order an epoch goes through the images, which view it takes of each, and which dropout masks it draws. It all
 * follows from the seed, the phase and the epoch, so that an epoch can be repeated by itself.
 *
 * <p>Many images are in {@link Pools}, one after the other.
 */
final class EpochOrder {
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
        int[][] pools = Pools.deal(images, random);
        this.poolEnds = new int[pools.length];
        int start = 0;
        for (int pool = 0; pool < pools.length; pool++) {
            shuffle(pools[pool], start, views, random);
            start += pools[pool].length;
            poolEnds[pool] = start;
        }
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
