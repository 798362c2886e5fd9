package org.finetune.model;

/** Height, width and channels of one image's activations; a vector has height and width 1. */
public record FeatureShape(int height, int width, int channels) {

    /** Number of values for one image. */
    public int length() {
        return Math.multiplyExact(Math.multiplyExact(height, width), channels);
    }

    /** Shape {@code [N,H,W,C]} of a batch. */
    public long[] batch(int images) {
        return new long[] {images, height, width, channels};
    }

    @Override
    public String toString() {
        return height + "x" + width + "x" + channels;
    }
}
