package org.finetune.data.decode;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.time.Duration;
import org.finetune.data.decode.format.ImageDecodeException;

/**
 * A file that can be read for a limited time. A decoder that still wants more of it then would keep a run waiting, and fails
 * instead.
 */
final class TimedStream extends FilterInputStream {
    private final long start = System.nanoTime();
    private final Duration limit;

    TimedStream(byte[] file, Duration limit) {
        super(new ByteArrayInputStream(file));
        this.limit = limit;
    }

    /** Whether the time is over. */
    boolean isOverdue() {
        return System.nanoTime() - start > limit.toNanos();
    }

    private void check() throws IOException {
        if (isOverdue()) {
            throw overdue(null);
        }
    }

    /** Says that the time is over. */
    ImageDecodeException overdue(Exception cause) {
        return new ImageDecodeException("decoding takes longer than " + limit.toSeconds() + " s", cause);
    }

    @Override
    public int read() throws IOException {
        check();
        return super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        return super.read(bytes, offset, length);
    }
}
