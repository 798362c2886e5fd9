package org.finetune.serve.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which no request begins for too long. That no byte comes for a while the server notices by itself; here
 * it is about clients that send the headers of a request byte by byte.
 */
public final class SlowConnections extends AbstractLifeCycle implements Connection.Listener {
    private final Scheduler scheduler;
    private final long timeLimit;
    private final Map<Connection, State> connections = new ConcurrentHashMap<>();
    private Scheduler.Task next;

    /** How many requests a connection had begun, and since when. */
    private record State(long requests, long since) {}

    /**
     * Makes a watcher.
     *
     * @param timeLimit longest time until the headers of a request are complete
     */
    public SlowConnections(Scheduler scheduler, Duration timeLimit) {
        this.scheduler = scheduler;
        this.timeLimit = timeLimit.toNanos();
    }

    @Override
    public void onOpened(Connection connection) {
        connections.put(connection, new State(0, System.nanoTime()));
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    @Override
    protected void doStart() {
        schedule();
    }

    @Override
    protected void doStop() {
        next.cancel();
    }

    private void schedule() {
        next = scheduler.schedule(this::look, timeLimit / 4, TimeUnit.NANOSECONDS);
    }

    private void look() {
        long now = System.nanoTime();
        connections.forEach((connection, state) -> {
            long requests = connection.getMessagesIn();
            boolean working = requests > connection.getMessagesOut();
            if (working || requests != state.requests()) {
                connections.replace(connection, state, new State(requests, now));
            } else if (now - state.since() > timeLimit) {
                connection.close();
            }
        });
        if (isRunning()) {
            schedule();
        }
    }
}
