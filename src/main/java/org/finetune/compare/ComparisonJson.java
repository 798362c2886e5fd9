package org.finetune.compare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.run.files.History;

/** A comparison as a tree of names and values, for JSON. */
public final class ComparisonJson {
    private ComparisonJson() {}

    /**
     * The comparison under the names that scripts read.
     *
     * @param leftOut directories without a finished run
     */
    public static Map<String, Object> toMap(Comparison comparison, List<Path> leftOut) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("runs", comparison.runs().stream().map(ComparisonJson::run).toList());
        map.put("differing_settings", comparison.differences());
        map.put(
                "pairs",
                comparison.pairs().stream().map(pair -> pair(comparison, pair)).toList());
        map.put("left_out", leftOut.stream().map(Path::toString).toList());
        return map;
    }

    private static Map<String, Object> run(RecordedRun run) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("directory", run.directory().toString());
        map.put("settings", run.settings());
        map.put("metrics", run.metrics().document());
        map.put(
                "history",
                run.history().epochs().stream().map(ComparisonJson::epoch).toList());
        return map;
    }

    private static Map<String, Object> epoch(History.Epoch epoch) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("phase", epoch.phase());
        map.put("trainLoss", epoch.trainLoss());
        map.put("trainTop1", epoch.trainTop1());
        map.put("valLoss", epoch.valLoss());
        map.put("valTop1", epoch.valTop1());
        return map;
    }

    private static Map<String, Object> pair(Comparison comparison, PairedRuns pair) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("first", comparison.runs().get(pair.first()).directory().toString());
        map.put("second", comparison.runs().get(pair.second()).directory().toString());
        map.put("same_photos", pair.samePhotos());
        map.put("shared_photos", pair.shared());
        map.put("first_right", pair.firstRight());
        map.put("second_right", pair.secondRight());
        map.put("only_first_right", pair.test().onlyFirst());
        map.put("only_second_right", pair.test().onlySecond());
        map.put("mcnemar_p", pair.shared() == 0 ? null : pair.test().pValue());
        map.put("mcnemar_exact", pair.test().exact());
        return map;
    }
}
