package org.finetune.data.decode;

import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;

/**
 * The memory that photos take while they are decoded, in this process, in the decoder's, and between them. Threads wait until
 * there is enough for theirs; where one photo alone is too large, that is said before the system kills a process for it.
 */
final class DecodingMemory implements AutoCloseable {
    private static final long MIB = 1 << 20;
    /** What is needed for photos of fewer bytes is there, or nothing can be done anyway. */
    private static final long SMALL = 4 * MIB;
    /** Left to everything else. */
    private static final long RESERVE = 24 * MIB;
    /** Three channels as decoded, and once more as they are turned upright. */
    private static final int BYTES_PER_JPEG_PIXEL = 6;
    /** Four channels as decoded, and once more as a matrix. */
    private static final int BYTES_PER_PIXEL = 8;
    /** What a JPEG decoder keeps where the scans of a file add up: three coefficients of 16 bits. */
    private static final int BYTES_PER_BUFFERED_PIXEL = 6;

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
    static DecodingMemory forPicture(ImageHeader header, int reduction) {
        long bytes = bytes(header, reduction);
        if (bytes < SMALL) {
            return new DecodingMemory(0);
        }
        synchronized (LOCK) {
            try {
                while (reserved > 0 && bytes + reserved > LEFT.bytes() - RESERVE) {
                    LOCK.wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (bytes > LEFT.bytes() - RESERVE) {
                // What is not needed any more may still be counted.
                FreedMemory.giveBack();
                long left = LEFT.bytes() - RESERVE;
                if (bytes > left) {
                    throw new PhotoMemoryException(header.width(), header.height(), bytes, left);
                }
            }
            reserved += bytes;
            return new DecodingMemory(bytes);
        }
    }

    private static long bytes(ImageHeader header, int reduction) {
        long file =
                header.pieces().stream().mapToLong(ImageHeader.Piece::length).sum();
        long pixels = header.pixels();
        if (header.format() != ImageFormat.JPEG) {
            return 2 * file + BYTES_PER_PIXEL * pixels;
        }
        long buffered = header.buffered() ? BYTES_PER_BUFFERED_PIXEL * pixels : 0;
        return 2 * file + buffered + BYTES_PER_JPEG_PIXEL * pixels / reduction / reduction;
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
