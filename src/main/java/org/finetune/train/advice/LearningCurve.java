package org.finetune.train.advice;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * How the accuracy of a solved head grows with the number of its training photos, by 3-fold cross-validation with a sixth, a
 * third and two thirds of the photos.
 *
 * @param photos number of photos there are
 * @param steps accuracy at these three sizes
 * @param gainOfTwice what twice as many photos would add to the accuracy, if that can be told
 * @param neediest the class that gains clearly by the last step, and the most; -1 if none does
 * @param neediestGain by how much its recall rises in it
 */
public record LearningCurve(
        int photos, List<Step> steps, OptionalDouble gainOfTwice, int neediest, double neediestGain) {
    private static final double SIGNIFICANCE = 0.05;
    /** Gains below this are not worth the photos. */
    private static final double LEAST_GAIN = 0.005;
    /** A class whose recall rises by less needs others no more than the rest. */
    private static final double LEAST_CLASS_GAIN = 0.05;

    /**
     * A point of the curve.
     *
     * @param photos number of training photos, rounded
     * @param top1 share of photos that heads trained on so many others are right about
     */
    public record Step(int photos, double top1) {}

    public LearningCurve {
        steps = List.copyOf(steps);
    }

    /**
     * Draws the curve.
     *
     * @param sixth the answers of heads trained on a sixth of the photos
     * @param third those on a third
     * @param twoThirds those on two thirds
     * @param labels the class of each photo
     */
    static LearningCurve of(Answers sixth, Answers third, Answers twoThirds, int[] labels, int classes) {
        int photos = labels.length;
        List<Step> steps = List.of(
                new Step(Math.round(photos / 6f), sixth.mean()),
                new Step(Math.round(photos / 3f), third.mean()),
                new Step(Math.round(photos * 2 / 3f), twoThirds.mean()));
        int neediest = -1;
        double most = LEAST_CLASS_GAIN;
        for (int label = 0; label < classes; label++) {
            int wanted = label;
            int[] ofClass = IntStream.range(0, photos)
                    .filter(photo -> labels[photo] == wanted)
                    .toArray();
            Gain gain = Gain.of(third, twoThirds, ofClass);
            if (gain.mean() > most && gain.isClear(SIGNIFICANCE / classes)) {
                neediest = label;
                most = gain.mean();
            }
        }
        return new LearningCurve(
                photos,
                steps,
                twice(sixth, third, twoThirds, IntStream.range(0, photos).toArray()),
                neediest,
                neediest < 0 ? 0 : most);
    }

    /**
     * The gain from n to 2n photos of an error {@code a + b n^-c} through the three points: each doubling brings
     * {@code r = 2^-c} times what the one before brought, and n is 1.58 doublings beyond n/3. It is told only if the last
     * doubling brought something clearly, and no more than the one before, since the error of what is extrapolated is several
     * times that of the points.
     */
    private static OptionalDouble twice(Answers sixth, Answers third, Answers twoThirds, int[] all) {
        Gain before = Gain.of(sixth, third, all);
        Gain last = Gain.of(third, twoThirds, all);
        if (!last.isClear(SIGNIFICANCE) || last.mean() > before.mean()) {
            return OptionalDouble.empty();
        }
        double gain = last.mean() * Math.pow(last.mean() / before.mean(), Math.log(3) / Math.log(2));
        return gain < LEAST_GAIN ? OptionalDouble.empty() : OptionalDouble.of(gain);
    }

    /**
     * What more training photos add to the share of right answers, photo by photo.
     *
     * @param mean mean of the differences
     * @param error standard error of the mean
     */
    private record Gain(double mean, double error) {

        static Gain of(Answers fewer, Answers more, int[] photos) {
            double[] differences = IntStream.of(photos)
                    .mapToDouble(photo -> more.share(photo) - fewer.share(photo))
                    .toArray();
            double mean = IntStream.range(0, differences.length)
                    .mapToDouble(i -> differences[i])
                    .average()
                    .orElse(0);
            double squares = 0;
            for (double difference : differences) {
                squares += (difference - mean) * (difference - mean);
            }
            int count = differences.length;
            return new Gain(mean, count < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (count - 1) / count));
        }

        /** Whether it is above 0, with a two-sided level of significance. */
        boolean isClear(double level) {
            return mean > 0 && mean > new NormalDistribution().inverseCumulativeProbability(1 - level / 2) * error;
        }
    }
}
