package org.finetune.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.finetune.hash.Sha256;

/**
 * Hashes by which contents are told apart without reading all of large ones: the SHA-256, in hexadecimal, of the length (8
 * bytes, big-endian) and the first and last 64 KiB, or the whole where that is less. Equal contents have equal fingerprints;
 * photos that differ differ there.
 */
public final class Fingerprint {
    /** Bytes at either end that count. */
    public static final int END_BYTES = 64 << 10;

    private Fingerprint() {}

    /** The fingerprint of a content. */
    public static String of(byte[] content) {
        if (content.length <= 2 * END_BYTES) {
            return of(content.length, ByteBuffer.wrap(content));
        }
        return of(
                content.length,
                ByteBuffer.allocate(2 * END_BYTES)
                        .put(content, 0, END_BYTES)
                        .put(content, content.length - END_BYTES, END_BYTES)
                        .flip());
    }

    /**
     * The fingerprint of a content.
     *
     * @param length its length in bytes
     * @param ends its first and last bytes, or all of it
     */
    public static String of(long length, ByteBuffer ends) {
        MessageDigest digest = Sha256.newDigest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
        digest.update(ends);
        return Sha256.hex(digest.digest());
    }
}
