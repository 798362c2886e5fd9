package org.finetune.hash;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C checksums (Castagnoli, RFC 3720), which tell of damage. */
public final class Crc32c {
    private Crc32c() {}

    /** The checksum of some bytes. */
    public static int of(byte[] bytes) {
        return of(ByteBuffer.wrap(bytes));
    }

    /** The checksum of the bytes from a buffer's position to its limit, to which the position moves. */
    public static int of(ByteBuffer bytes) {
        CRC32C crc32c = new CRC32C();
        crc32c.update(bytes);
        return (int) crc32c.getValue();
    }
}
