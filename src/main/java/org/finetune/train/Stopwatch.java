package org.finetune.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds of the stages of a run, with those that it took before it was resumed. */
final class Stopwatch {
    private final Map<String, Double> stages = new LinkedHashMap<>();
    private long last = System.nanoTime();

    /** Adds what stages took before. */
    void add(Map<String, Double> seconds) {
        seconds.forEach((stage, time) -> stages.merge(stage, time, Double::sum));
    }

    /** Adds the time since the last call to a stage. */
    void lap(String stage) {
        long now = System.nanoTime();
        stages.merge(stage, (now - last) / 1e9, Double::sum);
        last = now;
    }

    double total() {
        return stages.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    Map<String, Double> stages() {
        return stages;
    }
}
