package org.finetune.inference;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A queue whose items are taken in batches, in the order in which they came. An item that is alone waits for others only
 * while some are announced, and not for long: where nothing is on its way, nothing is waited for.
 *
 * @param <T> the items
 */
final class BatchQueue<T> {
    private final int largest;
    private final long longestWait;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Arrival<T>> items = new ArrayDeque<>();
    private int announced;
    private boolean closed;

    private record Arrival<T>(T item, long nanos) {}

    /**
     * Makes an empty queue.
     *
     * @param largest most items of a batch, at least 1
     * @param longestWait longest time that an item waits for announced ones
     */
    BatchQueue(int largest, Duration longestWait) {
        this.largest = largest;
        this.longestWait = longestWait.toNanos();
    }

    /** Announces an item, for which {@link #add} or {@link #withdraw} is called later. */
    void announce() {
        lock.lock();
        try {
            announced++;
        } finally {
            lock.unlock();
        }
    }

    /** Takes back an announcement. */
    void withdraw() {
        lock.lock();
        try {
            announced--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Adds an item that was announced. A closed queue still takes those. */
    void add(T item) {
        lock.lock();
        try {
            announced--;
            items.add(new Arrival<>(item, System.nanoTime()));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for items and takes them, at most as many as a batch has. When the queue is closed and nothing is left, there
     * are none.
     */
    List<T> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.isEmpty() && !(closed && announced == 0)) {
                changed.await();
            }
            awaitAnnounced();
            List<T> batch = new ArrayList<>();
            while (batch.size() < largest && !items.isEmpty()) {
                batch.add(items.poll().item());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void awaitAnnounced() throws InterruptedException {
        if (items.isEmpty()) {
            return;
        }
        long deadline = items.peek().nanos() + longestWait;
        long left = deadline - System.nanoTime();
        while (items.size() < largest && announced > 0 && left > 0) {
            left = changed.awaitNanos(left);
        }
    }

    /** Whether no item waits or is announced, and more can come. */
    boolean isIdle() {
        lock.lock();
        try {
            return items.isEmpty() && announced == 0 && !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Lets {@link #take} return what is left, with what is announced, and then nothing. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
