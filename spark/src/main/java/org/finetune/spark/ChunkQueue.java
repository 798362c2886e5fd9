package org.finetune.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/**
 * The chunks of a job that are being computed. There are two at a time: cores that have nothing left to do for one, while others compute
 * its last blocks or its files are put in place, begin with the next.
 */
final class ChunkQueue implements AutoCloseable {
    private static final int MOST = 2;

    private static final long POLL_MILLIS = 20;

    private final SparkContext spark;
    private final ExecutorService threads = Executors.newFixedThreadPool(MOST, work -> {
        Thread thread = new Thread(work, "chunk");
        thread.setDaemon(true);
        return thread;
    });
    private final Deque<Chunk> begun = new ArrayDeque<>();

    /** The work of a chunk. */
    interface Work {
        /** Finishes the chunk. */
        void run() throws Exception;
    }

    /**
     * A chunk that was begun.
     *
     * @param group by which Spark knows which of its jobs belong to it
     * @param message what to say when it has ended
     */
    private record Chunk(String group, Future<?> end, String message) {}

    ChunkQueue(SparkContext spark) {
        this.spark = spark;
    }

    /**
     * Waits until another chunk can be begun.
     *
     * @throws Exception the failure of an earlier one
     */
    void awaitRoom() throws Exception {
        while (begun.size() >= MOST) {
            awaitFirst();
        }
    }

    /**
     * Begins a chunk. Spark prefers those that were begun before.
     *
     * @param name what Spark's pages call it
     * @param message what to say when it and those before have ended
     */
    void begin(String name, Work work, String message) throws InterruptedException {
        if (!begun.isEmpty()) {
            awaitJob(begun.getLast());
        }
        String group = UUID.randomUUID().toString();
        begun.add(new Chunk(
                group,
                threads.submit(() -> {
                    // It is for this thread alone. Interrupting reads could make Hadoop take machines for dead.
                    spark.setJobGroup(group, name, false);
                    work.run();
                    return null;
                }),
                message));
    }

    /** Waits until Spark has the job of a chunk: of several, it gives the cores to the one that it had first. */
    private void awaitJob(Chunk chunk) throws InterruptedException {
        while (!chunk.end().isDone() && spark.statusTracker().getJobIdsForGroup(chunk.group()).length == 0) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    /**
     * Waits until all have ended.
     *
     * @throws Exception the failure of the first that has failed
     */
    void awaitAll() throws Exception {
        while (!begun.isEmpty()) {
            awaitFirst();
        }
    }

    private void awaitFirst() throws Exception {
        Chunk first = begun.remove();
        try {
            first.end().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw e;
        }
        Main.say(first.message());
    }

    /** Has Spark give up what is still being computed, since others have failed, and waits for its end. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdown();
        while (!begun.isEmpty() && !spark.isStopped() && !threads.awaitTermination(1, TimeUnit.SECONDS)) {
            // Again and again: a chunk may just have begun, without a job that Spark knows.
            begun.forEach(chunk -> spark.cancelJobGroup(chunk.group()));
        }
    }
}
