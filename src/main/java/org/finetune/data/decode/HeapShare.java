package org.finetune.data.decode;

import java.util.concurrent.Semaphore;
import org.finetune.data.decode.format.ImageDecodeException;

/**
 * The part of Java's heap in which images are decoded. Threads wait until there is room for theirs, so that several large
 * images at once cannot exhaust the heap.
 */
final class HeapShare implements AutoCloseable {
    private static final int MIB = 1 << 20;

    private static final int TOTAL_MIB =
            (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2 / MIB);
    private static final Semaphore FREE_MIB = new Semaphore(TOTAL_MIB, true);

    private final int mib;

    private HeapShare(int mib) {
        this.mib = mib;
    }

    /**
     * Waits for room. The caller closes it.
     *
     * @throws ImageDecodeException if the whole share is not enough
     */
    static HeapShare of(long bytes) throws ImageDecodeException {
        long mib = bytes / MIB + 1;
        if (mib > TOTAL_MIB) {
            throw new ImageDecodeException(
                    "decoding takes " + mib + " MiB, more than half of Java's heap; raise it with"
                            + " FINETUNE_JAVA_OPTS=-Xmx" + (2 * mib / 1024 + 1) + "g");
        }
        FREE_MIB.acquireUninterruptibly((int) mib);
        return new HeapShare((int) mib);
    }

    @Override
    public void close() {
        FREE_MIB.release(mib);
    }
}
