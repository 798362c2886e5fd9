package org.finetune.tune;

import java.util.List;
import org.finetune.train.Phase;

/**
 * What a learning-rate range test has found.
 *
 * @param phase the phase that was tested
 * @param points its steps, by learning rate; at least one
 * @param suggestion what follows from them
 * @param diverged whether the test ended because the loss got out of hand
 */
public record RateFinding(Phase phase, List<RatePoint> points, RateSuggestion suggestion, boolean diverged) {
    private static final double HEADROOM = 1.2;

    /** The point with the lowest smoothed loss. */
    public RatePoint lowest() {
        return points.stream()
                .min((a, b) -> Double.compare(a.smoothed(), b.smoothed()))
                .orElseThrow();
    }

    /** What is above this need not be shown: somewhat more than the smoothed loss has been before it was lowest. */
    public double top() {
        return HEADROOM
                * points.stream()
                        .filter(point -> point.learningRate() <= lowest().learningRate())
                        .mapToDouble(RatePoint::smoothed)
                        .max()
                        .orElseThrow();
    }

    /** The learning rate of each step. */
    public double[] rates() {
        return points.stream().mapToDouble(RatePoint::learningRate).toArray();
    }

    /** The loss of each step's batch. */
    public double[] losses() {
        return points.stream().mapToDouble(RatePoint::loss).toArray();
    }

    /** The smoothed loss after each step. */
    public double[] smoothed() {
        return points.stream().mapToDouble(RatePoint::smoothed).toArray();
    }
}
