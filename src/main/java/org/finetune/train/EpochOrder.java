package org.finetune.train;

import java.util.SplittableRandom;

/**
 * In which order an epoch goes through the images, which view it takes of each, and which dropout masks it draws. It all
 * follows from the seed, the phase and the epoch, so that an epoch can be repeated by itself.
 */
final class EpochOrder {
    private final int[] records;
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
        for (int image = 0; image < images; image++) {
            // Inside-out Fisher-Yates shuffle.
            int place = random.nextInt(image + 1);
            records[image] = records[place];
            records[place] = Math.addExact(Math.multiplyExact(image, views), random.nextInt(views));
        }
    }

    private static long mix(long seed, long phase, long epoch) {
        return new SplittableRandom(new SplittableRandom(seed).nextLong() + 31 * phase + 1_000_003 * epoch).nextLong();
    }

    /** {@code image * views + view} for each image, in the order of the epoch. */
    int[] records() {
        return records;
    }

    /** Seed of the dropout mask of a step. */
    long maskSeed(int step) {
        return maskSeed + step;
    }
}
