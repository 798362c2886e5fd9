package org.finetune.serve;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts the requests that are under way, so that the server can wait for them before it ends. */
final class Drain {
    private final AtomicBoolean over = new AtomicBoolean();
    private int underWay;

    synchronized void begin() {
        underWay++;
    }

    synchronized void end() {
        underWay--;
        notifyAll();
    }

    /** Whether the server ends, so that connections are closed once their request is answered. */
    boolean isOver() {
        return over.get();
    }

    /**
     * Waits until no request is under way, but not for long.
     *
     * @return the number of requests that are
     */
    synchronized int await(Duration longest) throws InterruptedException {
        over.set(true);
        long deadline = System.nanoTime() + longest.toNanos();
        for (long left = longest.toNanos(); underWay > 0 && left > 0; left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return underWay;
    }
}
