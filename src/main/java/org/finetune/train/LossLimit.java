package org.finetune.train;

/**
 * The mean training loss of an epoch above which fine-tuning has lost what the head knew. Twice the head's loss and 0.5 nats
 * is no noise, and no more than what guessing among two classes costs a head that is nearly always right.
 *
 * @param highest the highest loss that is no jump
 */
record LossLimit(double highest) {
    /** Every finite loss is good. */
    static final LossLimit NONE = new LossLimit(Double.POSITIVE_INFINITY);

    private static final double FACTOR = 2;
    private static final double MARGIN = 0.5;
    /** The mean over fewer steps of an epoch that is not over says too little. */
    private static final int LEAST_STEPS = 50;

    /** The limit for what begins with some loss. */
    static LossLimit after(double loss) {
        return new LossLimit(FACTOR * loss + MARGIN);
    }

    /**
     * Whether the loss has jumped.
     *
     * @param mean mean of the epoch's losses so far
     * @param steps number of them
     * @param over whether the epoch is over
     */
    boolean exceeded(double mean, int steps, boolean over) {
        return (over || steps >= LEAST_STEPS) && mean > highest;
    }
}
