package org.finetune.metrics;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Numbers of images by true and predicted class. Of thousands of classes nearly all pairs have no image, and they take no
 * memory.
 *
 * @param classes number of classes
 * @param cells the pairs that have images, by true class, then by predicted class
 */
public record ConfusionMatrix(int classes, List<Cell> cells) {
    private static final Comparator<Cell> ORDER =
            Comparator.comparingInt(Cell::label).thenComparingInt(Cell::predicted);

    /**
     * Images of one class that are taken for one class.
     *
     * @param label the true class
     * @param predicted the class that they are taken for
     * @param count number of images, above 0
     */
    public record Cell(int label, int predicted, long count) {
        /** Whether the images are taken for what they are. */
        public boolean correct() {
            return label == predicted;
        }
    }

    /**
     * Takes cells.
     *
     * @throws IllegalArgumentException if they are out of order, empty or of other classes
     */
    public ConfusionMatrix {
        cells = List.copyOf(cells);
        Cell previous = null;
        for (Cell cell : cells) {
            boolean exists = cell.label() >= 0
                    && cell.label() < classes
                    && cell.predicted() >= 0
                    && cell.predicted() < classes
                    && cell.count() > 0;
            if (!exists || (previous != null && ORDER.compare(previous, cell) >= 0)) {
                throw new IllegalArgumentException("No cell of a confusion matrix of " + classes + " classes: " + cell);
            }
            previous = cell;
        }
    }

    /**
     * The matrix of numbers by true and predicted class.
     *
     * @param counts {@code [classes,classes]}
     */
    public static ConfusionMatrix of(long[][] counts) {
        List<Cell> cells = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int predicted = 0; predicted < counts.length; predicted++) {
                if (counts[label][predicted] != 0) {
                    cells.add(new Cell(label, predicted, counts[label][predicted]));
                }
            }
        }
        return new ConfusionMatrix(counts.length, cells);
    }

    /** Number of images of a class that are taken for a class. */
    public long count(int label, int predicted) {
        int index = Collections.binarySearch(cells, new Cell(label, predicted, 1), ORDER);
        return index < 0 ? 0 : cells.get(index).count();
    }

    /** All numbers, {@code [classes,classes]}, by true and predicted class. */
    public long[][] toArray() {
        long[][] counts = new long[classes][classes];
        cells.forEach(cell -> counts[cell.label()][cell.predicted()] = cell.count());
        return counts;
    }
}
