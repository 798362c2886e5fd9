package org.finetune.train;

import org.finetune.settings.TrainSettings.RateSchedule;

/**
 * The learning rate of each step of a phase. It follows from the step alone, so that a phase that is resumed needs no state of it.
 *
 * @param shape how it changes: not at all, or up in a straight line over the first tenth of the steps and then down to 0 as
 *     half a period of a cosine (Loshchilov and Hutter, "SGDR", 2017)
 * @param peak the highest rate
 */
public record LearningRateSchedule(RateSchedule shape, double peak) {
    private static final int WARM_UP_PART = 10;

    /** The same rate in every step. */
    static LearningRateSchedule constant(double rate) {
        return new LearningRateSchedule(RateSchedule.CONSTANT, rate);
    }

    /**
     * The rate of a step.
     *
     * @param step its number, from 0
     * @param steps number of steps of the phase
     */
    double at(long step, long steps) {
        if (shape == RateSchedule.CONSTANT) {
            return peak;
        }
        long warmUp = steps / WARM_UP_PART;
        return step < warmUp
                ? peak * (step + 1) / (warmUp + 1)
                : peak * (1 + Math.cos(Math.PI * (step - warmUp) / (steps - warmUp))) / 2;
    }

    /** The same course at lower rates. */
    LearningRateSchedule halved(int times) {
        return new LearningRateSchedule(shape, Math.scalb(peak, -times));
    }
}
