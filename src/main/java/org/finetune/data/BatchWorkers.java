package org.finetune.data;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Processes the batches of a pipeline on several threads and delivers the results in the order of the batches. A worker only waits for
 * the others to deliver the results of earlier batches.
 *
 * @param <T> the result for a batch
 */
public final class BatchWorkers<T> {
    private final ImagePipeline pipeline;
    private final Consumer<? super T> results;

    /** Number of the batch whose result is delivered next. */
    private int next;

    private Throwable failure;

    private BatchWorkers(ImagePipeline pipeline, Consumer<? super T> results) {
        this.pipeline = pipeline;
        this.results = results;
    }

    /**
     * Processes all batches. If a worker fails, the results of earlier batches are delivered before what it threw is thrown. When this
     * returns or throws, no worker is running any more.
     *
     * @param workers each takes batches, which it releases, on a thread of its own, the first on the calling thread
     * @param results takes the results in order, one at a time, each on the thread of its worker, which waits for it
     * @throws InterruptedException if the calling thread is interrupted
     */
    public static <T> void run(
            ImagePipeline pipeline,
            List<? extends Function<? super ImageBatch, ? extends T>> workers,
            Consumer<? super T> results)
            throws InterruptedException {
        new BatchWorkers<T>(pipeline, results).run(workers);
    }

    private void run(List<? extends Function<? super ImageBatch, ? extends T>> workers) throws InterruptedException {
        List<Thread> others = IntStream.range(1, workers.size())
                .mapToObj(i -> new Thread(() -> work(workers.get(i)), "network-" + i))
                .toList();
        try {
            others.forEach(thread -> {
                thread.setDaemon(true);
                thread.start();
            });
            work(workers.get(0));
        } catch (OutOfMemoryError e) {
            // Java says so if the system allows no more threads.
            fail(e);
        }
        join(others);
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
            while (batch.isPresent() && deliver(batch.get().number(), process(batch.get(), worker))) {
                batch = pipeline.next();
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            if (!fail(e) && e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private T process(ImageBatch batch, Function<? super ImageBatch, ? extends T> worker) throws InterruptedException {
        try {
            return worker.apply(batch);
        } catch (RuntimeException | Error e) {
            awaitTurn(batch.number());
            throw e;
        }
    }

    /** Delivers the result for a batch when it is its turn; false if something has failed. */
    private synchronized boolean deliver(int number, T result) throws InterruptedException {
        awaitTurn(number);
        if (failure != null) {
            return false;
        }
        results.accept(result);
        next++;
        notifyAll();
        return true;
    }

    private synchronized void awaitTurn(int number) throws InterruptedException {
        while (next < number && failure == null) {
            wait();
        }
    }

    /** Ends the work; false if something else has failed before. */
    private synchronized boolean fail(Throwable cause) {
        boolean first = failure == null;
        if (first) {
            failure = cause;
        }
        pipeline.stop();
        notifyAll();
        return first;
    }

    /** Waits for threads, which use memory that the caller may free, whatever happens. */
    private void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted |= !fail(e);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
