package org.finetune.export.onnx;

import java.util.List;
import java.util.Locale;

/** Order of the dimensions of a network's input. */
public enum Layout {
    /** Images, channels, rows, columns. */
    NCHW,
    /** Images, rows, columns, channels. */
    NHWC;

    /** Extents of an image by this order. */
    List<Integer> image(int size) {
        return this == NCHW ? List.of(3, size, size) : List.of(size, size, 3);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
