package org.finetune.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the probabilities that a classifier states come true: of the images that it is 80% sure of, 80% should be right.
 * Images are put into bins of equal width by the probability of their most probable class (C. Guo et al., "On Calibration
 * of Modern Neural Networks", 2017).
 *
 * @param bins from low to high; they cover [0, 1]
 * @param expectedError expected calibration error: the mean over all images of the distance between the accuracy and the
 *     mean confidence of the image's bin; 0 if there are no images
 */
public record Calibration(List<Bin> bins, double expectedError) {
    private static final int BINS = 10;

    /**
     * The images whose confidence is in a range.
     *
     * @param low lower end, exclusive but for 0
     * @param high upper end, inclusive
     * @param images number of images
     * @param hits number of images whose most probable class is right
     * @param confidence mean probability of the most probable class; 0 if there are no images
     */
    public record Bin(double low, double high, long images, long hits, double confidence) {

        /** Share of the images whose most probable class is right; 0 if there are none. */
        public double accuracy() {
            return images == 0 ? 0 : (double) hits / images;
        }
    }

    public Calibration {
        bins = List.copyOf(bins);
    }

    /** The calibration on some images. */
    public static Calibration of(List<LabeledPrediction> predictions) {
        long[] images = new long[BINS];
        long[] hits = new long[BINS];
        double[] confidence = new double[BINS];
        for (LabeledPrediction prediction : predictions) {
            float probability = prediction.confidence();
            int bin = Math.max(0, Math.min(BINS - 1, (int) Math.ceil(probability * BINS) - 1));
            images[bin]++;
            hits[bin] += prediction.correct() ? 1 : 0;
            confidence[bin] += probability;
        }
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            double mean = images[bin] == 0 ? 0 : confidence[bin] / images[bin];
            bins.add(new Bin((double) bin / BINS, (bin + 1.0) / BINS, images[bin], hits[bin], mean));
            error += Math.abs(hits[bin] - confidence[bin]);
        }
        return new Calibration(bins, predictions.isEmpty() ? 0 : error / predictions.size());
    }
}
