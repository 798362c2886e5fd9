package org.finetune.tensorboard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

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
        record.putInt(maskedCrc(record.array(), Long.BYTES));
        record.put(data);
        record.putInt(maskedCrc(data, data.length));
        out.write(record.array());
    }

    /** A CRC of data that themselves have CRCs in them would be weak, so TensorFlow rotates it and adds a constant. */
    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    }
}
