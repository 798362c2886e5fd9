package org.finetune.serve.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;

/**
 * Collects the body of a request as it arrives. Runs whenever there is something to read.
 *
 * <p>A body whose stated length is too large is read to its end all the same: the connection of a client that still sends would break
 * before it has seen the answer.
 */
final class BodyReader implements Runnable {
    private final Request request;
    private final int largest;
    private final long deadline;
    private final ByteArrayOutputStream content;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private final boolean statedTooLarge;
    private long size;

    /**
     * Makes a reader.
     *
     * @param largest most bytes
     * @param stated number of bytes that the request says, or -1 if it does not
     * @param timeLimit longest time until the last byte. A body of which nothing at all comes is ended by the idle time limit of
     *     the connection
     */
    BodyReader(Request request, int largest, long stated, Duration timeLimit) {
        this.request = request;
        this.largest = largest;
        this.deadline = System.nanoTime() + timeLimit.toNanos();
        this.statedTooLarge = stated > largest;
        this.content = new ByteArrayOutputStream(statedTooLarge ? 0 : (int) Math.max(0, stated));
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
        size += bytes.remaining();
        if (size <= largest && !statedTooLarge) {
            byte[] part = new byte[bytes.remaining()];
            bytes.get(part);
            content.writeBytes(part);
        }
        boolean last = chunk.isLast();
        chunk.release();
        boolean overdue = System.nanoTime() > deadline;
        if (size > largest && (!statedTooLarge || last || overdue)) {
            body.completeExceptionally(BodyLimits.tooLarge(largest));
        } else if (last) {
            body.complete(content.toByteArray());
        } else if (overdue) {
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
