package org.finetune.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.finetune.metrics.LabeledPrediction;

/** Which of the validation photos the report shows, and where. */
final class PhotoChoice {
    /** Photos in each of the two lists of special photos. */
    private static final int LISTED = 12;
    /** Photos shown of a cell of the confusion matrix. */
    private static final int PER_CELL = 4;
    /** Photos shown of all cells together. */
    private static final int IN_CELLS = 40;

    private static final Comparator<LabeledPrediction> MOST_CONFIDENT_FIRST =
            Comparator.comparing(LabeledPrediction::confidence).reversed();

    private final List<LabeledPrediction> confidentErrors;
    private final List<LabeledPrediction> leastCertain;
    private final List<Cell> cells;

    /**
     * The photos of a cell of the confusion matrix: those of a class that are taken for a class.
     *
     * @param label the true class
     * @param predicted the most probable class
     * @param shown photos that are shown
     * @param others photos that are only named
     */
    record Cell(int label, int predicted, List<LabeledPrediction> shown, List<LabeledPrediction> others) {
        boolean correct() {
            return label == predicted;
        }

        int size() {
            return shown.size() + others.size();
        }
    }

    PhotoChoice(List<LabeledPrediction> predictions) {
        confidentErrors = predictions.stream()
                .filter(prediction -> !prediction.correct())
                .sorted(MOST_CONFIDENT_FIRST)
                .limit(LISTED)
                .toList();
        leastCertain = predictions.stream()
                .sorted(MOST_CONFIDENT_FIRST.reversed())
                .limit(LISTED)
                .toList();
        cells = cells(predictions);
    }

    /** Cells with errors before the others, larger ones first, so that these get the room for photos. */
    private static List<Cell> cells(List<LabeledPrediction> predictions) {
        Map<Integer, Map<Integer, List<LabeledPrediction>>> matrix = new TreeMap<>();
        predictions.forEach(prediction -> matrix.computeIfAbsent(prediction.label(), label -> new TreeMap<>())
                .computeIfAbsent(prediction.predicted(), predicted -> new ArrayList<>())
                .add(prediction));
        List<List<LabeledPrediction>> groups = matrix.values().stream()
                .flatMap(row -> row.values().stream())
                .sorted(Comparator.comparing(
                                (List<LabeledPrediction> group) -> group.get(0).correct())
                        .thenComparing(List::size, Comparator.reverseOrder()))
                .toList();
        int room = IN_CELLS;
        List<Cell> cells = new ArrayList<>();
        for (List<LabeledPrediction> group : groups) {
            // Of the errors the gravest are shown, of the others those that were nearly errors.
            boolean correct = group.get(0).correct();
            group.sort(correct ? MOST_CONFIDENT_FIRST.reversed() : MOST_CONFIDENT_FIRST);
            int shown = Math.min(Math.min(PER_CELL, group.size()), room);
            room -= shown;
            cells.add(new Cell(
                    group.get(0).label(),
                    group.get(0).predicted(),
                    List.copyOf(group.subList(0, shown)),
                    List.copyOf(group.subList(shown, group.size()))));
        }
        return cells;
    }

    /** Photos whose wrong class is the most probable of all, the most confident errors first. */
    List<LabeledPrediction> confidentErrors() {
        return confidentErrors;
    }

    /** Photos whose most probable class is the least probable, right or wrong, the least certain first. */
    List<LabeledPrediction> leastCertain() {
        return leastCertain;
    }

    /** The cells that have photos: errors before the others, larger ones first. */
    List<Cell> cells() {
        return cells;
    }

    /** All photos that are shown anywhere, each once. */
    Set<LabeledPrediction> shown() {
        Set<LabeledPrediction> shown = new LinkedHashSet<>(confidentErrors);
        shown.addAll(leastCertain);
        cells.forEach(cell -> shown.addAll(cell.shown()));
        return shown;
    }
}
