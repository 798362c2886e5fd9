package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.finetune.backend.Backend;
import org.finetune.backend.ThreadLimit;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Threads that run the plans of parts of a batch at the same time. ND4J itself divides each operation among the cores, which
 * all wait for the last one before the next operation: that costs as much as a short operation, and much more where
 * another program or the decoder has one of the cores. The members of a team wait for each other only where plans end.
 */
final class ThreadTeam implements AutoCloseable {
    private final int members;
    private final int threadsOfEach;
    /** The members but the caller, or null if there are none. */
    private final ExecutorService others;

    private ThreadTeam(int members, int threadsOfEach) {
        this.members = members;
        this.threadsOfEach = threadsOfEach;
        this.others = members > 1 ? Executors.newFixedThreadPool(members - 1, this::member) : null;
    }

    /**
     * A team on the cores that ND4J uses: a member on each, or if that is too many, several cores for each. A GPU has a
     * single member.
     *
     * @param most the most members, at least 1
     */
    static ThreadTeam of(int most) {
        if (!Backend.isCpu(Nd4j.getBackend())) {
            return new ThreadTeam(1, 1);
        }
        int threads = Backend.threads();
        int members = Math.max(1, Math.min(threads, most));
        return new ThreadTeam(members, threads / members);
    }

    private Thread member(Runnable work) {
        NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
        Runnable limited = () -> {
            operations.setOmpNumThreads(threadsOfEach);
            work.run();
        };
        Thread thread = new Thread(limited, "compute");
        thread.setDaemon(true);
        return thread;
    }

    int members() {
        return members;
    }

    /** Runs as many plans as there are members, or fewer, at the same time, and returns when all have ended. */
    void run(List<Plan> plans) {
        if (others == null) {
            plans.forEach(Plan::run);
            return;
        }
        List<CompletableFuture<Void>> running = new ArrayList<>();
        try (ThreadLimit limit = ThreadLimit.begin(threadsOfEach)) {
            for (Plan plan : plans.subList(1, plans.size())) {
                running.add(CompletableFuture.runAsync(plan::run, others));
            }
            plans.get(0).run();
        } finally {
            // All of them, whatever happens: they write to memory that the caller may free.
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        }
    }

    /** Runs the plan of a member on the calling thread, at the same time as other threads those of other members. */
    void run(Plan plan) {
        try (ThreadLimit limit = ThreadLimit.begin(threadsOfEach)) {
            plan.run();
        }
    }

    @Override
    public void close() {
        if (others != null) {
            others.shutdown();
        }
    }
}
