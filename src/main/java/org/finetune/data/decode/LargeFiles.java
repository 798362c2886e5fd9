package org.finetune.data.decode;

import java.util.concurrent.locks.ReentrantLock;
import org.finetune.backend.MemoryLeft;

/**
 * Turns of large files: one at a time is read and decoded. Threads that decode would otherwise each hold one, in Java's heap,
 * before it is known how much decoding them takes.
 */
public final class LargeFiles implements AutoCloseable {
    private static final long LARGE = 16 << 20;
    private static final MemoryLeft LEFT = new MemoryLeft();
    private static final ReentrantLock TURN = new ReentrantLock();

    private final boolean large;

    private LargeFiles(boolean large) {
        this.large = large;
    }

    /**
     * Waits for the turn of a file, if it is large. The caller closes it, on the same thread, when the photo is decoded.
     *
     * @param length bytes of the file
     * @throws PhotoMemoryException if there is too little memory to read it
     */
    public static LargeFiles turn(long length) {
        if (length < LARGE) {
            return new LargeFiles(false);
        }
        TURN.lock();
        LargeFiles turn = new LargeFiles(true);
        long left = LEFT.bytesFor(length + DecodingMemory.RESERVE) - DecodingMemory.RESERVE;
        if (length > left) {
            turn.close();
            throw new PhotoMemoryException(length, left);
        }
        return turn;
    }

    @Override
    public void close() {
        if (large) {
            TURN.unlock();
        }
    }
}
