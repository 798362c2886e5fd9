package org.finetune.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Adds up the time that the operations of an engine take, on all threads that run them. */
public final class OpProfile {
    /** Measures nothing, and costs nothing. */
    public static final OpProfile NONE = new OpProfile(false);

    private final boolean measures;
    private final Map<String, Counter> counters = new ConcurrentHashMap<>();

    /** Calls and total time of one kind of operation. */
    public record Row(String operation, long calls, double milliseconds) {}

    private static final class Counter {
        private final LongAdder calls = new LongAdder();
        private final LongAdder nanoseconds = new LongAdder();
    }

    private OpProfile(boolean measures) {
        this.measures = measures;
    }

    /** A profile that measures from now on. */
    public static OpProfile begin() {
        return new OpProfile(true);
    }

    /**
     * An operation whose calls and time are added up.
     *
     * @param operation its kind
     */
    public Runnable timed(String operation, Runnable action) {
        if (!measures) {
            return action;
        }
        Counter counter = counters.computeIfAbsent(operation, key -> new Counter());
        return () -> {
            long start = System.nanoTime();
            action.run();
            counter.nanoseconds.add(System.nanoTime() - start);
            counter.calls.increment();
        };
    }

    /** The operations that ran, the most expensive first; none if nothing is measured. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        counters.forEach((operation, counter) -> {
            long calls = counter.calls.sum();
            if (calls > 0) {
                rows.add(new Row(operation, calls, counter.nanoseconds.sum() / 1e6));
            }
        });
        rows.sort(Comparator.comparingDouble(Row::milliseconds).reversed());
        return rows;
    }
}
