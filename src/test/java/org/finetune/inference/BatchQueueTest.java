package org.finetune.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchQueueTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private static BatchQueue<Integer> queue(int largest, Duration longestWait) {
        return new BatchQueue<>(largest, longestWait);
    }

    private static void put(BatchQueue<Integer> queue, int... items) {
        for (int item : items) {
            queue.announce();
            queue.add(item);
        }
    }

    private static CompletableFuture<List<Integer>> takeLater(BatchQueue<Integer> queue) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void batchesAreFullAndInTheOrderOfArrival() throws Exception {
        BatchQueue<Integer> queue = queue(3, LONG);
        put(queue, 1, 2, 3, 4, 5, 6, 7);
        assertEquals(List.of(1, 2, 3), queue.take());
        assertEquals(List.of(4, 5, 6), queue.take());
        assertEquals(List.of(7), queue.take());
    }

    @Test
    void anItemThatIsAloneIsNotHeldUp() throws Exception {
        BatchQueue<Integer> queue = queue(16, LONG);
        put(queue, 1);
        assertEquals(List.of(1), queue.take());
    }

    @Test
    void anItemWaitsForThoseThatAreAnnounced() throws Exception {
        BatchQueue<Integer> queue = queue(16, LONG);
        queue.announce();
        queue.announce();
        queue.announce();
        queue.add(1);
        CompletableFuture<List<Integer>> batch = takeLater(queue);
        queue.add(2);
        Thread.sleep(50);
        assertFalse(batch.isDone(), "One is on its way");
        queue.withdraw();
        assertEquals(List.of(1, 2), batch.get(30, TimeUnit.SECONDS));
    }

    @Test
    void aFullBatchWaitsForNothing() throws Exception {
        BatchQueue<Integer> queue = queue(2, LONG);
        queue.announce();
        put(queue, 1, 2);
        assertEquals(List.of(1, 2), queue.take());
    }

    @Test
    void anItemWaitsNoLongerThanItMay() throws Exception {
        Duration wait = Duration.ofMillis(80);
        BatchQueue<Integer> queue = queue(16, wait);
        queue.announce();
        queue.announce();
        long start = System.nanoTime();
        queue.add(1);
        assertEquals(List.of(1), queue.take());
        assertTrue(System.nanoTime() - start >= wait.toNanos(), "It has waited for the other one");
        // What has waited while the network was busy does not wait again.
        queue.announce();
        queue.add(2);
        Thread.sleep(wait.toMillis());
        start = System.nanoTime();
        assertEquals(List.of(2), queue.take());
        assertTrue(System.nanoTime() - start < wait.toNanos(), "Its time was over");
    }

    @Test
    void aClosedQueueGivesWhatIsLeftAndWhatIsAnnouncedAndThenNothing() throws Exception {
        BatchQueue<Integer> queue = queue(2, Duration.ZERO);
        put(queue, 1, 2, 3);
        queue.announce();
        queue.close();
        assertEquals(List.of(1, 2), queue.take());
        assertEquals(List.of(3), queue.take());
        CompletableFuture<List<Integer>> last = takeLater(queue);
        Thread.sleep(50);
        assertFalse(last.isDone(), "One is on its way");
        queue.add(4);
        assertEquals(List.of(4), last.get(30, TimeUnit.SECONDS));
        assertEquals(List.of(), queue.take());
    }

    @Test
    void itemsOfManyThreadsAreEachTakenOnce() throws Exception {
        int threads = 8;
        int each = 500;
        BatchQueue<Integer> queue = queue(7, Duration.ofMillis(1));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        for (int thread = 0; thread < threads; thread++) {
            int first = thread * each;
            pool.execute(() -> {
                for (int item = first; item < first + each; item++) {
                    put(queue, item);
                }
            });
        }
        pool.shutdown();
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < threads * each) {
            List<Integer> batch = queue.take();
            assertTrue(batch.size() <= 7, batch.toString());
            taken.addAll(batch);
        }
        assertEquals(threads * each, taken.stream().distinct().toList().size());
        assertTrue(queue.isIdle());
    }
}
