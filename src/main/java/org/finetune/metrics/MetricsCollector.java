package org.finetune.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers predictions of labelled images. */
public final class MetricsCollector {
    private static final int TOP = 5;
    /** Keras's bound: a probability below it counts as this much in the cross-entropy. */
    private static final double MIN_PROBABILITY = 1e-7;

    private final List<String> names;
    /** Numbers of images, none of them 0, by {@link #place}. */
    private final Map<Long, Long> confusion = new TreeMap<>();

    private long hits;
    private long topHits;
    private double lossSum;

    public MetricsCollector(List<String> names) {
        this.names = List.copyOf(names);
    }

    /**
     * Goes on from what another collector of the same classes has added up.
     *
     * @throws IllegalArgumentException if the number of classes is another
     */
    public MetricsCollector(List<String> names, MetricsSums sums) {
        this(names);
        if (sums.confusion().classes() != names.size()) {
            throw new IllegalArgumentException("The figures are of another number of classes than " + names.size());
        }
        for (ConfusionMatrix.Cell cell : sums.confusion().cells()) {
            confusion.put(place(cell.label(), cell.predicted()), cell.count());
            if (cell.correct()) {
                hits += cell.count();
            }
        }
        topHits = sums.topHits();
        lossSum = sums.lossSum();
    }

    /** A copy of what was added up so far. */
    public MetricsSums sums() {
        return new MetricsSums(matrix(), topHits, lossSum);
    }

    /** Cells in the order of their places are those of a {@link ConfusionMatrix}. */
    private long place(int label, int predicted) {
        return (long) label * names.size() + predicted;
    }

    private ConfusionMatrix matrix() {
        int classes = names.size();
        List<ConfusionMatrix.Cell> cells = new ArrayList<>(confusion.size());
        confusion.forEach((place, count) ->
                cells.add(new ConfusionMatrix.Cell((int) (place / classes), (int) (place % classes), count)));
        return new ConfusionMatrix(classes, cells);
    }

    /**
     * Adds one image.
     *
     * @param probabilities by label
     * @param label the true class
     */
    public void add(float[] probabilities, int label) {
        int best = Argmax.of(probabilities);
        int ahead = 0;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[label] || (probabilities[i] == probabilities[label] && i < label)) {
                ahead++;
            }
        }
        confusion.merge(place(label, best), 1L, Long::sum);
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

    /** The metrics of the images so far; all rates are 0 if there are none. */
    public ClassificationMetrics metrics() {
        ConfusionMatrix matrix = matrix();
        long[] right = new long[names.size()];
        long[] support = new long[names.size()];
        long[] predicted = new long[names.size()];
        long images = 0;
        for (ConfusionMatrix.Cell cell : matrix.cells()) {
            images += cell.count();
            support[cell.label()] += cell.count();
            predicted[cell.predicted()] += cell.count();
            if (cell.correct()) {
                right[cell.label()] = cell.count();
            }
        }
        List<ClassMetrics> classes = new ArrayList<>();
        for (int label = 0; label < names.size(); label++) {
            classes.add(classMetrics(names.get(label), right[label], support[label], predicted[label]));
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
                matrix);
    }

    private static ClassMetrics classMetrics(String name, long hits, long support, long predicted) {
        double precision = ratio(hits, predicted);
        double recall = ratio(hits, support);
        double f1 = precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
        return new ClassMetrics(name, precision, recall, f1, support);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
