package org.finetune.tensorboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.finetune.hash.Crc32c;

/**
 * Frames records as in TensorFlow's TFRecord files: the length (8 bytes, little-endian), its masked CRC-32C (4 bytes), the
 * data, and their masked CRC-32C.
 */
final class RecordWriter {
    private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
    private static final int MASK_DELTA = 0xa282ead8;

    private RecordWriter() {}

    static void write(byte[] data, OutputStream out) throws IOException {
        ByteBuffer record =
                ByteBuffer.allocate(HEADER_BYTES + data.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(ByteBuffer.wrap(record.array(), 0, Long.BYTES)));
        record.put(data);
        record.putInt(maskedCrc(ByteBuffer.wrap(data)));
        out.write(record.array());
    }

    /** A CRC of data that themselves have CRCs in them would be weak, so TensorFlow rotates it and adds a constant. */
    private static int maskedCrc(ByteBuffer bytes) {
        return Integer.rotateRight(Crc32c.of(bytes), 15) + MASK_DELTA;
    }
}
