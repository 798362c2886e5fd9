package org.finetune.backend;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** How the values of images lie in memory, {@code [images,H,W,3]} in RGB. */
public enum PixelType {
    /** 8-bit values {@code x}, as they are decoded. */
    UINT8(Byte.BYTES),
    /** The input of the network: {@code x / 127.5 - 1} as float32, in [-1, 1]. */
    FLOAT32(Float.BYTES);

    private static final float SCALE = (float) (1 / 127.5);

    private final int bytes;

    PixelType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of a value. */
    public int bytes() {
        return bytes;
    }

    /** The network's input for 8-bit values: rounded once, as OpenCV does it on processors with AVX2. */
    public static float[] scaled(byte[] values) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = Math.fma(Byte.toUnsignedInt(values[i]), SCALE, -1f);
        }
        return scaled;
    }

    /** Room for values in native memory, with undefined content. The caller closes it. */
    public Pointer allocate(long values) {
        return this == UINT8 ? new BytePointer(values) : new FloatPointer(values);
    }

    /** 8-bit values in native memory as this type has them. The caller closes it. */
    public Pointer of(byte[] values) {
        return this == UINT8 ? new BytePointer(values) : new FloatPointer(scaled(values));
    }
}
