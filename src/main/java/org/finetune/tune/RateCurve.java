package org.finetune.tune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The loss over the learning rate, as a range test finds it (Smith, "Cyclical Learning Rates for Training Neural
 * Networks", 2017): the rate rises with every step, and the loss first stays, then falls, and at last rises out of hand.
 *
 * <p>Losses of single batches are noisy, so they are smoothed by a moving average with exponential weights, corrected for
 * its beginning at zero as in Adam.
 */
final class RateCurve {
    /** The smoothed loss at this many times its lowest value has got out of hand. */
    private static final double DIVERGED = 4;

    private final double smoothing;
    private final List<RatePoint> points = new ArrayList<>();
    private double average;
    private double lowest = Double.POSITIVE_INFINITY;
    private boolean diverged;

    /**
     * A curve without points.
     *
     * @param smoothing weight of the past in the moving average, from 0 to below 1
     */
    RateCurve(double smoothing) {
        this.smoothing = smoothing;
    }

    /**
     * Adds a step.
     *
     * @return whether the test should go on: the loss is finite and has not got out of hand
     */
    boolean add(double learningRate, double loss) {
        if (!Double.isFinite(loss)) {
            diverged = true;
            return false;
        }
        average = smoothing * average + (1 - smoothing) * loss;
        double smoothed = average / (1 - Math.pow(smoothing, points.size() + 1));
        points.add(new RatePoint(learningRate, loss, smoothed));
        lowest = Math.min(lowest, smoothed);
        diverged = smoothed > DIVERGED * lowest;
        return !diverged;
    }

    /** The steps, by learning rate. */
    List<RatePoint> points() {
        return Collections.unmodifiableList(points);
    }

    /** Whether the last rate was too high to go on. */
    boolean hasDiverged() {
        return diverged;
    }
}
