package org.finetune.data.decode;

/**
 * What of an image is shown to the network, and how: a crop, perhaps mirrored, with its colours changed. The crop is
 * relative to the image as it is to be shown, so that one view fits images of every size; like the whole image it
 * is stretched to the input's size.
 *
 * @param mirrored whether left and right change places
 * @param left left edge of the crop, in [0, 1)
 * @param top upper edge of the crop, in [0, 1)
 * @param width width of the crop, in (0, 1 - left]
 * @param height height of the crop, in (0, 1 - top]
 * @param brightness factor of all values
 * @param contrast factor of the distance from the view's mean grey
 * @param saturation factor of the distance from the pixel's own grey
 */
public record View(
        boolean mirrored,
        double left,
        double top,
        double width,
        double height,
        double brightness,
        double contrast,
        double saturation) {

    /** The image as it is. */
    public static final View PLAIN = new View(false, 0, 0, 1, 1, 1, 1, 1);

    /** The mirror image. */
    public static final View MIRRORED = new View(true, 0, 0, 1, 1, 1, 1, 1);

    /** Rounding errors up to this size are forgiven. */
    private static final double TOLERANCE = 1e-9;

    public View {
        boolean inside = left >= 0
                && top >= 0
                && width > 0
                && height > 0
                && left + width <= 1 + TOLERANCE
                && top + height <= 1 + TOLERANCE;
        if (!inside || !(brightness >= 0 && contrast >= 0 && saturation >= 0)) {
            throw new IllegalArgumentException("No view of an image: left " + left + " top " + top + " width " + width
                    + " height " + height + " brightness " + brightness + " contrast " + contrast + " saturation "
                    + saturation);
        }
    }

    boolean changesColor() {
        return brightness != 1 || contrast != 1 || saturation != 1;
    }
}
