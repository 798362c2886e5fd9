package org.finetune.data;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Works at the batches of a pipeline on several threads at the same time, and hands out what becomes of them in the order of the batches.
 * A worker only waits for the others to hand out theirs of earlier batches.
 *
 * @param <T> what becomes of a batch
 */
public final class BatchWorkers<T> {
    private final ImagePipeline pipeline;
    private final Consumer<? super T> results;

    /** Number of the batch that is handed out next. */
    private int next;

    private Throwable failure;

    private BatchWorkers(ImagePipeline pipeline, Consumer<? super T> results) {
        this.pipeline = pipeline;
        this.results = results;
    }

    /**
     * Works at all batches. Where anything fails, those that were begun are finished but not handed out.
     *
     * @param workers each takes batches, which it releases, on a thread of its own, the first on the calling thread
     * @param results takes what a worker made, in order, one at a time and on the worker's thread; until it returns, that worker makes
     *     nothing else
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static <T> void work(
            ImagePipeline pipeline,
            List<? extends Function<? super ImageBatch, ? extends T>> workers,
            Consumer<? super T> results)
            throws InterruptedException {
        new BatchWorkers<T>(pipeline, results).work(workers);
    }

    private void work(List<? extends Function<? super ImageBatch, ? extends T>> workers) throws InterruptedException {
        List<Thread> others = IntStream.range(1, workers.size())
                .mapToObj(i -> new Thread(() -> work(workers.get(i)), "compute"))
                .toList();
        others.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        work(workers.get(0));
        others.forEach(this::join);
        if (failure instanceof InterruptedException interruption) {
            throw interruption;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
    }

    private void work(Function<? super ImageBatch, ? extends T> worker) {
        try {
            Optional<ImageBatch> batch = pipeline.next();
            while (batch.isPresent() && handOut(batch.get().number(), worker.apply(batch.get()))) {
                batch = pipeline.next();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Hands out what became of a batch when it is its turn; false if something has failed. */
    private synchronized boolean handOut(int number, T result) throws InterruptedException {
        while (next < number && failure == null) {
            wait();
        }
        if (failure != null) {
            return false;
        }
        results.accept(result);
        next++;
        notifyAll();
        return true;
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        pipeline.stop();
        notifyAll();
    }

    /** Waits for a thread, which uses memory that the caller may free, whatever happens. */
    private void join(Thread thread) {
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                fail(e);
            }
        }
    }
}
