package org.finetune.data.decode;

import org.finetune.backend.MemoryLeft;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.format.Orientation;

/**
 * The memory that photos take while they are decoded, in this process, in the decoder's, and between them. Threads wait until
 * there is enough for theirs; where one photo alone is too large, that is said before the system kills a process for it.
 */
final class DecodingMemory implements AutoCloseable {
    private static final long MIB = 1 << 20;
    /** What is needed for photos of fewer bytes is there, or nothing can be done anyway. */
    private static final long SMALL = 4 * MIB;
    /** Left to everything else. */
    static final long RESERVE = 24 * MIB;
    /** Bytes of a pixel of a decoded image: 8-bit BGR. */
    private static final int BGR_BYTES = 3;

    private static final MemoryLeft LEFT = new MemoryLeft();
    private static final Object LOCK = new Object();
    private static long reserved;

    private final long bytes;

    private DecodingMemory(long bytes) {
        this.bytes = bytes;
    }

    /**
     * Waits until there is enough for a photo. The caller closes it.
     *
     * @param reduction factor by which width and height of a JPEG file are divided
     * @throws PhotoMemoryException if there is too little although no other is being decoded
     */
    static DecodingMemory forPhoto(ImageHeader header, int reduction) {
        long bytes = bytes(header, reduction);
        if (bytes < SMALL) {
            return new DecodingMemory(0);
        }
        synchronized (LOCK) {
            long left = LEFT.bytes() - RESERVE;
            try {
                while (reserved > 0 && bytes + reserved > left) {
                    LOCK.wait();
                    left = LEFT.bytes() - RESERVE;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (bytes > left) {
                left = LEFT.bytesFor(bytes + RESERVE) - RESERVE;
            }
            if (bytes > left) {
                throw new PhotoMemoryException(header.width(), header.height(), bytes, left);
            }
            reserved += bytes;
            return new DecodingMemory(bytes);
        }
    }

    private static long bytes(ImageHeader header, int reduction) {
        long file = Piece.length(header.pieces());
        long image = BGR_BYTES * header.pixels() / reduction / reduction;
        // The memory that processes share is as large as the next power of two, and has the file too.
        long decoded = NativeReader.reads(header) ? 2 * (image + file) : image;
        long upright = header.orientation() == Orientation.NORMAL && header.frameIsWhole() ? 0 : image;
        return file + header.workingBytes() * header.pixels() + decoded + upright;
    }

    @Override
    public void close() {
        if (bytes > 0) {
            synchronized (LOCK) {
                reserved -= bytes;
                LOCK.notifyAll();
            }
        }
    }
}
