package org.finetune.data.decode;

import java.io.IOException;
import java.time.Duration;
import javax.imageio.stream.ImageInputStreamImpl;
import org.finetune.data.decode.format.ImageDecodeException;

/**
 * A file that can be read for a limited time. A decoder that still wants more of it then would keep a run waiting, and fails
 * instead. It does not tell its length: TwelveMonkeys would take images that are compressed well for bombs.
 */
final class TimedStream extends ImageInputStreamImpl {
    private final long start = System.nanoTime();
    private final byte[] file;
    private final Duration limit;

    TimedStream(byte[] file, Duration limit) {
        this.file = file;
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
        bitOffset = 0;
        return streamPos < file.length ? Byte.toUnsignedInt(file[(int) streamPos++]) : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        bitOffset = 0;
        if (streamPos >= file.length) {
            return -1;
        }
        int count = (int) Math.min(length, file.length - streamPos);
        System.arraycopy(file, (int) streamPos, bytes, offset, count);
        streamPos += count;
        return count;
    }
}
