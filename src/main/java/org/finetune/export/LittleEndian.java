package org.finetune.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.indexer.HalfIndexer;

/** Numbers as exported files have them: little-endian. */
public final class LittleEndian {
    private LittleEndian() {}

    /** The bytes of float32 values. */
    public static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** The bytes of int32 values. */
    public static byte[] bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer.asIntBuffer().put(values);
        return buffer.array();
    }

    /** The bytes of values that are rounded to float16. */
    public static byte[] halfBytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(values.length, Short.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putShort((short) HalfIndexer.fromFloat(value));
        }
        return buffer.array();
    }

    /** All float32 values from the position of a buffer to its limit. */
    public static float[] floats(ByteBuffer bytes) {
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** All float16 values from the position of a buffer to its limit. */
    public static float[] halves(ByteBuffer bytes) {
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = HalfIndexer.toFloat(bytes.getShort());
        }
        return values;
    }
}
