package org.finetune.serve.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose client takes too long to send the headers of a request: nothing at all on a new connection, or the
 * headers byte by byte. A connection that is kept between two requests is left to the server's idle time limit.
 */
public final class SlowConnections extends AbstractLifeCycle implements Connection.Listener {
    /**
     * How often a connection is looked at within the time limit. It is looks that count, not time: when the machine had no time
     * for the server, what the client has sent meanwhile may still have to be read.
     */
    private static final int LOOKS = 4;

    private final Scheduler scheduler;
    private final long interval;
    private final Map<Connection, State> connections = new ConcurrentHashMap<>();
    private Scheduler.Task next;

    /**
     * What was seen of a connection: its requests so far, whether the last of them is being answered, its bytes so far, and in how
     * many further looks the same headers were still incomplete.
     */
    private record State(long requests, boolean answering, long bytes, int looks) {
        static State of(Connection connection) {
            long requests = connection.getMessagesIn();
            boolean answering = requests > connection.getMessagesOut();
            return new State(requests, answering, connection.getBytesIn(), 0);
        }

        State again() {
            return new State(requests, answering, bytes, looks + 1);
        }

        /** Whether, from an earlier state to this one, a client was in the middle of a request's headers. */
        boolean continuesHeaders(State earlier) {
            boolean waiting = requests == earlier.requests && !earlier.answering && !answering;
            boolean kept = requests > 0 && bytes == earlier.bytes;
            return waiting && !kept;
        }
    }

    /**
     * Makes a watcher.
     *
     * @param timeLimit longest time until the headers of a request are complete
     */
    public SlowConnections(Scheduler scheduler, Duration timeLimit) {
        this.scheduler = scheduler;
        this.interval = timeLimit.toNanos() / LOOKS;
    }

    @Override
    public void onOpened(Connection connection) {
        connections.put(connection, State.of(connection));
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
        next = scheduler.schedule(this::look, interval, TimeUnit.NANOSECONDS);
    }

    private void look() {
        connections.forEach((connection, state) -> {
            State now = State.of(connection);
            if (!now.continuesHeaders(state)) {
                connections.replace(connection, state, now);
            } else if (state.looks() == LOOKS) {
                connection.close();
            } else {
                connections.replace(connection, state, state.again());
            }
        });
        if (isRunning()) {
            schedule();
        }
    }
}
