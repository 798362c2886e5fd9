package org.finetune.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as exported files have them: float32, little-endian. */
public final class LittleEndian {
    private LittleEndian() {}

    /** The values' bytes. */
    public static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** All values from the position of a buffer to its limit. */
    public static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }
}
