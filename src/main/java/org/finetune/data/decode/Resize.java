package org.finetune.data.decode;

/** How an image that is not square becomes the square input of a network. */
public enum Resize {
    /** Width and height are scaled each by its own factor, so that all is seen and proportions change. */
    STRETCH,
    /** The middle square is taken, so that proportions stay and the ends of the longer side are lost. */
    CROP,
    /** The image is put in the middle of a black square, so that all is seen, proportions stay, and the image is smaller. */
    PAD;

    /**
     * The part of an image's plane that becomes the input. Of {@link #PAD} it reaches beyond the image.
     *
     * @param left distance of its left edge from the image's in pixels, below 0 if it is outside
     * @param top distance of its upper edge from the image's, likewise
     * @param width in pixels
     * @param height in pixels
     */
    public record Frame(double left, double top, double width, double height) {}

    /**
     * The frame of an image.
     *
     * @param width the image's, in pixels
     * @param height the image's, in pixels
     */
    public Frame frame(int width, int height) {
        int side =
                switch (this) {
                    case STRETCH -> 0;
                    case CROP -> Math.min(width, height);
                    case PAD -> Math.max(width, height);
                };
        return this == STRETCH
                ? new Frame(0, 0, width, height)
                : new Frame((width - side) / 2.0, (height - side) / 2.0, side, side);
    }
}
