package org.finetune.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds of the tasks of a run, with those that it took before it was resumed. */
final class Stopwatch {
    private final Map<String, Double> tasks = new LinkedHashMap<>();
    private long last = System.nanoTime();

    /** Adds what tasks took before. */
    void add(Map<String, Double> seconds) {
        seconds.forEach((task, time) -> tasks.merge(task, time, Double::sum));
    }

    /** Adds the time since the last call to a task. */
    void lap(String task) {
        long now = System.nanoTime();
        tasks.merge(task, (now - last) / 1e9, Double::sum);
        last = now;
    }

    double total() {
        return tasks.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    Map<String, Double> tasks() {
        return tasks;
    }
}
