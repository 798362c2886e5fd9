package org.finetune.tune;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * The learning rate that a range test suggests: the middle of the longest valley, as in fastai's {@code lr_find}.
 *
 * <p>Of all sequences of points, not necessarily neighbours, of which each has a lower smoothed loss than the one before,
 * the longest ends where the loss stops falling. The valley reaches as many steps back from there as the sequence has
 * points: up and down again, as noise goes, makes it no longer. Steps are equally far apart on the logarithmic scale, so
 * the middle is the geometric mean of its ends.
 *
 * @param learningRate the middle of the valley, to two digits: more would mean nothing
 * @param from learning rate at its beginning
 * @param to learning rate at its end, the highest at which the loss still fell
 * @param fall by what share of itself the smoothed loss falls from the beginning to the end
 */
public record RateSuggestion(double learningRate, double from, double to, double fall) {
    /** A valley that is not this deep may be noise. */
    private static final double CLEAR_FALL = 0.05;

    /** Whether the valley is deep enough to be no mere noise. */
    public boolean isClear() {
        return fall >= CLEAR_FALL;
    }

    /**
     * Finds the valley.
     *
     * @param points the steps by learning rate, at least one
     */
    static RateSuggestion of(List<RatePoint> points) {
        int[] lengths = new int[points.size()];
        int end = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = 1;
            for (int j = 0; j < i; j++) {
                if (points.get(i).smoothed() < points.get(j).smoothed()) {
                    lengths[i] = Math.max(lengths[i], lengths[j] + 1);
                }
            }
            if (lengths[i] > lengths[end]) {
                end = i;
            }
        }
        int start = end - lengths[end] + 1;
        RatePoint first = points.get(start);
        RatePoint last = points.get(end);
        return new RateSuggestion(
                new BigDecimal(points.get((start + end) / 2).learningRate())
                        .round(new MathContext(2))
                        .doubleValue(),
                first.learningRate(),
                last.learningRate(),
                1 - last.smoothed() / first.smoothed());
    }
}
