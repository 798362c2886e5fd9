package org.finetune.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Runs side by side.
 *
 * @param runs two or more
 * @param differences the settings that are not the same in all runs: for each key the values by run, "" where a run lacks it
 * @param pairs every pair of runs
 */
public record Comparison(List<RecordedRun> runs, Map<String, List<String>> differences, List<PairedRuns> pairs) {
    /** Settings that differ in any two runs without saying anything about them. */
    private static final Set<String> UNINTERESTING = Set.of("out", "cache");

    public static Comparison of(List<RecordedRun> runs) {
        List<PairedRuns> pairs = new ArrayList<>();
        for (int first = 0; first < runs.size(); first++) {
            for (int second = first + 1; second < runs.size(); second++) {
                pairs.add(PairedRuns.of(first, runs.get(first), second, runs.get(second)));
            }
        }
        return new Comparison(List.copyOf(runs), differences(runs), List.copyOf(pairs));
    }

    private static Map<String, List<String>> differences(List<RecordedRun> runs) {
        Set<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(run.settings().keySet()));
        keys.removeAll(UNINTERESTING);
        Map<String, List<String>> differences = new LinkedHashMap<>();
        for (String key : keys) {
            List<String> values = runs.stream()
                    .map(run -> run.settings().getOrDefault(key, ""))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                differences.put(key, values);
            }
        }
        return differences;
    }

    /** The classes of all runs, each once. */
    public List<String> classes() {
        Set<String> classes = new LinkedHashSet<>();
        runs.forEach(run -> classes.addAll(run.metrics().classes()));
        return List.copyOf(classes);
    }

    /** The letter that stands for a run: A, B, ..., Z, then numbers. */
    public static String letter(int run) {
        return run < 26 ? Character.toString('A' + run) : Integer.toString(run + 1);
    }
}
