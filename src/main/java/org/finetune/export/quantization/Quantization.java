package org.finetune.export.quantization;

/**
 * Numbers from 0 to 255 in place of others: {@code number = (quantized - zeroPoint) * scale}, so that 0 is exact.
 *
 * @param scale distance of neighbouring numbers, above 0
 * @param zeroPoint what stands for 0, from 0 to 255
 */
public record Quantization(float scale, int zeroPoint) {
    /** The greatest of the numbers. */
    public static final int MOST = 255;

    /** The quantization of a range that contains 0. */
    static Quantization of(float least, float most) {
        if (!(most > least)) {
            return new Quantization(1, 0);
        }
        float scale = (most - least) / MOST;
        return new Quantization(scale, Math.min(MOST, Math.round(-least / scale)));
    }
}
