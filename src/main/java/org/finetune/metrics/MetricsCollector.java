package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gathers predictions of labeled images. */
public final class MetricsCollector {
    private static final int TOP = 5;
    /** Keras's bound: a probability below it counts as this much in the cross-entropy. */
    private static final double MIN_PROBABILITY = 1e-7;

    private final List<String> names;
    private final long[][] confusion;
    private long hits;
    private long topHits;
    private double lossSum;

    public MetricsCollector(List<String> names) {
        this.names = List.copyOf(names);
        this.confusion = new long[names.size()][names.size()];
    }

    /**
     * Goes on from what another collector of the same classes has added up.
     *
     * @throws IllegalArgumentException if the number of classes is another
     */
    public MetricsCollector(List<String> names, MetricsSums sums) {
        this(names);
        for (int label = 0; label < confusion.length; label++) {
            if (sums.confusion().length != confusion.length || sums.confusion()[label].length != confusion.length) {
                throw new IllegalArgumentException("The figures are of another number of classes than " + names.size());
            }
            System.arraycopy(sums.confusion()[label], 0, confusion[label], 0, confusion.length);
            hits += confusion[label][label];
        }
        topHits = sums.topHits();
        lossSum = sums.lossSum();
    }

    /** A copy of what was added up so far. */
    public MetricsSums sums() {
        return new MetricsSums(Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new), topHits, lossSum);
    }

    /**
     * Adds one image.
     *
     * @param probabilities by label
     * @param label the true class
     */
    public void add(float[] probabilities, int label) {
        int best = 0;
        int ahead = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
            if (probabilities[i] > probabilities[label] || (probabilities[i] == probabilities[label] && i < label)) {
                ahead++;
            }
        }
        confusion[label][best]++;
        if (best == label) {
            hits++;
        }
        if (ahead < TOP) {
            topHits++;
        }
        lossSum -= Math.log(Math.max(probabilities[label], MIN_PROBABILITY));
    }

    /**
     * Adds a batch of images.
     *
     * @param probabilities {@code [images,classes]}
     * @param labels true class of each image
     */
    public void add(float[][] probabilities, int[] labels) {
        for (int image = 0; image < labels.length; image++) {
            add(probabilities[image], labels[image]);
        }
    }

    /** Number of images whose most probable class is right. */
    public long hits() {
        return hits;
    }

    /** The figures of the images so far; all rates are 0 if there are none. */
    public ClassificationMetrics metrics() {
        long images = Arrays.stream(confusion).flatMapToLong(Arrays::stream).sum();
        List<ClassMetrics> classes = new ArrayList<>();
        for (int label = 0; label < names.size(); label++) {
            classes.add(classMetrics(label));
        }
        double macroF1 = classes.stream()
                .filter(metrics -> metrics.support() > 0)
                .mapToDouble(ClassMetrics::f1)
                .average()
                .orElse(0);
        return new ClassificationMetrics(
                images,
                images == 0 ? 0 : lossSum / images,
                ratio(hits, images),
                ratio(topHits, images),
                macroF1,
                classes,
                Arrays.stream(confusion).map(long[]::clone).toArray(long[][]::new));
    }

    private ClassMetrics classMetrics(int label) {
        long hits = confusion[label][label];
        long support = Arrays.stream(confusion[label]).sum();
        long predicted = Arrays.stream(confusion).mapToLong(row -> row[label]).sum();
        double precision = ratio(hits, predicted);
        double recall = ratio(hits, support);
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new ClassMetrics(names.get(label), precision, recall, f1, support);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
