package org.finetune.export;

import java.util.List;
import org.finetune.model.Tensor;

/** The values that an exported network takes. */
public enum InputRange {
    /** From -1 to 1, as the model was trained. */
    SCALED(-1, 1),
    /** From 0 to 255; the network scales them itself. */
    PIXELS(0, 255);

    private final List<Integer> bounds;

    InputRange(int least, int most) {
        this.bounds = List.of(least, most);
    }

    /** The least and the greatest value. */
    public List<Integer> bounds() {
        return bounds;
    }

    /** Images scaled to [-1, 1] in this range. */
    public Tensor of(Tensor images) {
        if (this == SCALED) {
            return images;
        }
        float[] pixels = new float[images.values().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.round((images.values()[i] + 1) * 127.5f);
        }
        return new Tensor(pixels, images.shape());
    }
}
