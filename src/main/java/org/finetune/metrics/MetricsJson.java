package org.finetune.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures as a tree of names and values, for JSON. */
public final class MetricsJson {
    /** Classes up to which the confusion matrix is written with its zeros, of which there is one for each pair of classes. */
    private static final int MOST_WITH_ZEROS = 1000;

    private MetricsJson() {}

    /**
     * The metrics under the names that scripts read: the confusion matrix as rows of numbers ({@code confusion_matrix}), or, of
     * more than 1,000 classes, as what is not 0 in it ({@code confusion_cells}).
     */
    public static Map<String, Object> toMap(ClassificationMetrics metrics) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("images", metrics.images());
        map.put("top1", metrics.top1());
        map.put("top5", metrics.top5());
        map.put("macro_f1", metrics.macroF1());
        map.put("loss", metrics.loss());
        map.put("classes", metrics.classes().stream().map(MetricsJson::toMap).toList());
        ConfusionMatrix confusion = metrics.confusion();
        if (confusion.classes() <= MOST_WITH_ZEROS) {
            map.put("confusion_matrix", confusion.toArray());
        } else {
            map.put(
                    "confusion_cells",
                    confusion.cells().stream().map(MetricsJson::toList).toList());
        }
        return map;
    }

    private static List<Long> toList(ConfusionMatrix.Cell cell) {
        return List.of((long) cell.label(), (long) cell.predicted(), cell.count());
    }

    private static Map<String, Object> toMap(ClassMetrics metrics) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", metrics.name());
        map.put("precision", metrics.precision());
        map.put("recall", metrics.recall());
        map.put("f1", metrics.f1());
        map.put("support", metrics.support());
        return map;
    }
}
