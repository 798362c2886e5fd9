package org.finetune.report;

import java.util.ArrayList;
import java.util.List;
import org.finetune.metrics.ClassificationMetrics;

/**
 * The confusion matrix for the page.
 *
 * @param classes names of the classes
 * @param rows a row for each true class; none if there are too many classes for a page
 */
record ConfusionTable(List<String> classes, List<Row> rows) {
    /** Classes up to which the cells have room for count and share. */
    private static final int ROOMY = 12;
    /** Classes from which on a matrix is no longer readable. */
    private static final int MOST_CLASSES = 60;

    /**
     * Photos of one class.
     *
     * @param name the true class
     * @param cells by predicted class
     */
    record Row(String name, List<Cell> cells) {}

    /**
     * Photos of one class that are taken for one class.
     *
     * @param predicted the class that they are taken for
     * @param count number of photos
     * @param share share of the photos of the true class
     * @param correct whether the classes are the same
     * @param id where the page shows the photos, or "" if there are none
     */
    record Cell(String predicted, long count, double share, boolean correct, String id) {
        /** Whether the background is so strong that on a dark page the text on it must be dark. */
        boolean strong() {
            return share > 0.55;
        }

        /** Whether the background is so dark that on a light page the text on it must be light; orange never is. */
        boolean deep() {
            return correct && share > 0.87;
        }
    }

    static ConfusionTable of(ClassificationMetrics metrics, ShownNames names) {
        List<String> classes =
                metrics.classes().stream().map(row -> names.of(row.name())).toList();
        List<Row> rows = new ArrayList<>();
        for (int label = 0; label < classes.size() && classes.size() <= MOST_CLASSES; label++) {
            List<Cell> cells = new ArrayList<>();
            long support = metrics.classes().get(label).support();
            for (int predicted = 0; predicted < classes.size(); predicted++) {
                long count = metrics.confusion().count(label, predicted);
                cells.add(new Cell(
                        classes.get(predicted),
                        count,
                        support == 0 ? 0 : (double) count / support,
                        label == predicted,
                        count == 0 ? "" : cellId(label, predicted)));
            }
            rows.add(new Row(classes.get(label), cells));
        }
        return new ConfusionTable(classes, rows);
    }

    /** Where the page shows the photos of a cell. */
    static String cellId(int label, int predicted) {
        return "cell-" + label + "-" + predicted;
    }

    /** Whether the cells have room for count and share. */
    boolean roomy() {
        return classes.size() <= ROOMY;
    }
}
