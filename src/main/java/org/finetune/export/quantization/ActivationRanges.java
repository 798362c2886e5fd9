package org.finetune.export.quantization;

import java.util.HashMap;
import java.util.Map;
import org.finetune.model.Tensor;

/** The least and the greatest value of each activation that was seen. Zero counts as seen, since padding has it. */
public final class ActivationRanges {
    private final Map<String, Range> ranges = new HashMap<>();

    private record Range(float least, float most) {}

    /** Takes note of an activation's values. */
    public void observe(String name, Tensor values) {
        Range range = ranges.getOrDefault(name, new Range(0, 0));
        float least = range.least();
        float most = range.most();
        for (float value : values.values()) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        ranges.put(name, new Range(least, most));
    }

    /**
     * How an activation is quantized to numbers from 0 to 255.
     *
     * @throws IllegalArgumentException if it was not seen
     */
    public Quantization quantization(String name) {
        Range range = ranges.get(name);
        if (range == null) {
            throw new IllegalArgumentException("No values of " + name + " were seen");
        }
        return Quantization.of(range.least(), range.most());
    }
}
