package org.finetune.compute.fast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the time that the operations of plans take. */
public final class OpProfile {
    private final Map<String, Counter> counters = new LinkedHashMap<>();

    /** Calls and total time of one kind of operation. */
    public record Row(String operation, long calls, double milliseconds) {}

    private static final class Counter {
        private long calls;
        private long nanoseconds;
    }

    Runnable timed(String layer, String operation, Runnable action) {
        Counter counter = counters.computeIfAbsent(operation, key -> new Counter());
        return () -> {
            long start = System.nanoTime();
            action.run();
            counter.nanoseconds += System.nanoTime() - start;
            counter.calls++;
        };
    }

    /** The operations that ran, the most expensive first. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        counters.forEach((operation, counter) -> {
            if (counter.calls > 0) {
                rows.add(new Row(operation, counter.calls, counter.nanoseconds / 1e6));
            }
        });
        rows.sort(Comparator.comparingDouble(Row::milliseconds).reversed());
        return rows;
    }
}
