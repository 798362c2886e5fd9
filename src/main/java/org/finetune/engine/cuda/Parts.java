package org.finetune.engine.cuda;

/**
 * Parts into which a sum is divided, so that many blocks compute it. They follow from the length alone, so that the order of
 * the sum is the same on every GPU.
 *
 * @param count number of parts
 * @param length summands of each part but the last, which may have fewer
 */
record Parts(int count, int length) {

    /**
     * Divides a sum.
     *
     * @param total number of summands
     * @param most most parts
     * @param least fewest summands that are worth a part
     * @param multiple of which the length is one
     */
    static Parts of(int total, int most, int least, int multiple) {
        int wanted = most(total, most, least);
        int length = roundUp((total + wanted - 1) / wanted, multiple);
        return new Parts((total + length - 1) / length, length);
    }

    /** At least as many parts as {@link #of} makes of as many summands or fewer. */
    static int most(int total, int most, int least) {
        return Math.max(1, Math.min(most, total / least));
    }

    private static int roundUp(int value, int multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
