package org.finetune.metrics;

import java.util.LinkedHashMap;
import java.util.Map;

/** Figures as a tree of names and values, for JSON. */
public final class MetricsJson {
    private MetricsJson() {}

    /** The figures under the names that scripts read. */
    public static Map<String, Object> toMap(ClassificationMetrics metrics) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("images", metrics.images());
        map.put("top1", metrics.top1());
        map.put("top5", metrics.top5());
        map.put("macro_f1", metrics.macroF1());
        map.put("loss", metrics.loss());
        map.put("classes", metrics.classes().stream().map(MetricsJson::toMap).toList());
        map.put("confusion_matrix", metrics.confusion());
        return map;
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
