package org.finetune.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Order of the dimensions of a network's input. */
public enum Layout {
    /** Images, channels, rows, columns. */
    NCHW,
    /** Images, rows, columns, channels. */
    NHWC;

    /** Extents of an image in this order. */
    public List<Integer> image(int size) {
        return this == NCHW ? List.of(3, size, size) : List.of(size, size, 3);
    }

    /**
     * The fields {@code layout} and {@code shape} of an {@link Exporter#input input}, for an exporter to add its own to.
     *
     * @param size height and width of the images
     */
    public Map<String, Object> input(int size) {
        List<Object> shape = new ArrayList<>(List.of("N"));
        shape.addAll(image(size));
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("layout", toString());
        input.put("shape", shape);
        return input;
    }

    /**
     * The same with the field {@code range}.
     *
     * @param range values of the input
     */
    public Map<String, Object> input(int size, InputRange range) {
        Map<String, Object> input = input(size);
        input.put("range", range.bounds());
        return input;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
