package org.finetune.serve.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;

/** Collects the body of a request as it arrives. Runs whenever there is something to read. */
final class BodyReader implements Runnable {
    private final Request request;
    private final int largest;
    private final long deadline;
    private final ByteArrayOutputStream content;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();

    /**
     * Makes a reader.
     *
     * @param largest most bytes
     * @param expected number of bytes that are likely to come
     * @param timeLimit longest time until the last byte. A body of which nothing at all comes is ended by the idle time limit of
     *     the connection
     */
    BodyReader(Request request, int largest, int expected, Duration timeLimit) {
        this.request = request;
        this.largest = largest;
        this.deadline = System.nanoTime() + timeLimit.toNanos();
        this.content = new ByteArrayOutputStream(expected);
    }

    CompletableFuture<byte[]> body() {
        return body;
    }

    @Override
    public void run() {
        while (!body.isDone()) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                fail(chunk.getFailure());
                return;
            }
            take(chunk);
        }
    }

    private void take(Content.Chunk chunk) {
        ByteBuffer bytes = chunk.getByteBuffer();
        if (content.size() + bytes.remaining() > largest) {
            body.completeExceptionally(BodyLimits.tooLarge(largest));
        } else {
            byte[] part = new byte[bytes.remaining()];
            bytes.get(part);
            content.writeBytes(part);
        }
        boolean last = chunk.isLast();
        chunk.release();
        if (last) {
            body.complete(content.toByteArray());
        } else if (System.nanoTime() > deadline) {
            body.completeExceptionally(overdue());
        }
    }

    private void fail(Throwable failure) {
        boolean idle = failure instanceof TimeoutException;
        body.completeExceptionally(
                idle
                        ? overdue()
                        : new EofException("the client has closed the connection before its request was complete"));
    }

    private static HttpFailure overdue() {
        return new HttpFailure(HttpFailure.TIMEOUT, "The request took too long to arrive.");
    }
}
