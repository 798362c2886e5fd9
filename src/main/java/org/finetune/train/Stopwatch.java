package org.finetune.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds of the stages of a run. */
final class Stopwatch {
    private final long start = System.nanoTime();
    private final Map<String, Double> stages = new LinkedHashMap<>();
    private long last = start;

    /** Ends a stage that began when the one before it ended. */
    void lap(String stage) {
        long now = System.nanoTime();
        stages.merge(stage, (now - last) / 1e9, Double::sum);
        last = now;
    }

    double total() {
        return (System.nanoTime() - start) / 1e9;
    }

    Map<String, Double> stages() {
        return stages;
    }
}
