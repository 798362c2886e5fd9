package org.finetune.serve.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Reads the bodies of requests, each up to a size and within a time, and all together up to a share of Java's heap. */
public final class BodyLimits {
    /** Of Java's heap: a body is there once more while its parts are taken out of it. */
    private static final int SHARE = 4;
    /** Of a body of more than so many times the largest size, nothing is read. */
    private static final int FAR_TOO_LARGE = 4;

    private final int largest;
    private final Duration timeLimit;
    private final AtomicLong left;

    /**
     * Makes limits.
     *
     * @param largest most bytes of a body
     * @param timeLimit longest time that a body may take to arrive
     */
    public BodyLimits(int largest, Duration timeLimit) {
        this.largest = largest;
        this.timeLimit = timeLimit;
        this.left = new AtomicLong(Math.max(largest, Runtime.getRuntime().maxMemory() / SHARE));
    }

    CompletableFuture<byte[]> read(Request request) {
        long stated = request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
        // Who asks first whether to send a body has not begun to.
        boolean asks = request.getHeaders().contains(HttpHeader.EXPECT);
        if (stated > largest && (asks || stated > (long) FAR_TOO_LARGE * largest)) {
            return CompletableFuture.failedFuture(tooLarge(largest));
        }
        // Of a body that does not say how long it is, the largest must have room. One that is too large is not kept.
        long reserved = stated < 0 ? largest : stated > largest ? 0 : stated;
        if (left.addAndGet(-reserved) < 0) {
            left.addAndGet(reserved);
            return CompletableFuture.failedFuture(
                    HttpFailure.unavailable("The server has no room for more requests at the moment; try again."));
        }
        Request.addCompletionListener(request, failure -> left.addAndGet(reserved));
        BodyReader reader = new BodyReader(request, largest, stated, timeLimit);
        reader.run();
        return reader.body();
    }

    static HttpFailure tooLarge(int largest) {
        return new HttpFailure(
                HttpFailure.TOO_LARGE,
                "The request has more than the " + largest + " bytes that the server accepts (--max-body).");
    }
}
