package org.finetune.export.quantization;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.finetune.model.Tensor;

/**
 * The least and the greatest value of each activation that was seen, by any thread. Zero counts as seen, since padding has it.
 */
public final class ActivationRanges {
    private final Map<String, Range> ranges = new ConcurrentHashMap<>();

    private record Range(float least, float most) {
        Range with(Range other) {
            return new Range(Math.min(least, other.least), Math.max(most, other.most));
        }
    }

    /** Takes note of an activation's values. */
    public void observe(String name, Tensor values) {
        float least = 0;
        float most = 0;
        for (float value : values.values()) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        ranges.merge(name, new Range(least, most), Range::with);
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
