package org.finetune.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The body of a response, received piece by piece, with a limit to the time that each piece may take. */
final class ResponseBody implements Flow.Subscriber<List<ByteBuffer>>, Closeable {
    private static final Piece END = new Piece(List.of(), null);

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private volatile Flow.Subscription subscription;

    private record Piece(List<ByteBuffer> buffers, Throwable failure) {}

    static ResponseBody of(Flow.Publisher<List<ByteBuffer>> publisher) {
        ResponseBody body = new ResponseBody();
        publisher.subscribe(body);
        return body;
    }

    /**
     * Waits for the next piece.
     *
     * @return its bytes; an empty list at the end of the body
     * @throws IOException if the connection breaks off or nothing comes in time
     */
    List<ByteBuffer> next(Duration limit) throws IOException, InterruptedException {
        Piece piece = pieces.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (piece == null) {
            throw new IOException("no data for " + limit.toSeconds() + " s");
        }
        if (piece.failure() != null) {
            throw new IOException("the connection broke off", piece.failure());
        }
        if (piece != END) {
            subscription.request(1);
        }
        return piece.buffers();
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Piece(buffers, null));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(List.of(), failure));
    }

    @Override
    public void onComplete() {
        pieces.add(END);
    }

    /** Ends the connection if the body has not been read to its end. */
    @Override
    public void close() {
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
