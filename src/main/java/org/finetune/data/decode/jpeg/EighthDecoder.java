package org.finetune.data.decode.jpeg;

import java.util.Arrays;
import java.util.Optional;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.jpeg.SequentialJpeg.Component;

/**
 * Decodes a JPEG file at an eighth of its size. Each pixel is then the mean of a block, which its DC coefficient gives. Only chroma
 * that has half the size of luma in both directions needs four pixels of a block, and so some of its AC coefficients; all others are
 * skipped, several at once.
 *
 * <p>The pixels are those of libjpeg-turbo, whose integer arithmetic is used. Values for which its scalar and its vector code differ are
 * refused.
 */
public final class EighthDecoder {
    /** The factor by which width and height are divided. */
    public static final int SCALE = 8;

    /** Pixels far beyond their range wrap around in libjpeg-turbo. */
    private static final int PIXEL_LIMIT = 512;

    /** Side of a block. */
    private static final int SIDE = 8;

    private static final int CENTER = 128;
    private static final int MAX = 255;
    private static final int CHANNELS = 3;
    /** Bits behind the point of the factors in the conversion of colours. */
    private static final int COLOR_BITS = 16;

    private final Component[] components;
    private final int restartInterval;
    private final EntropyCodedData data;
    private final int width;
    private final int height;
    /** Blocks of luma in a minimum coded unit: columns and rows. */
    private final int columns;

    private final int rows;
    private final int units;
    private final int[] predictions;
    /** The pixels of a row of minimum coded units, for each component, all at the size of luma. */
    private final byte[][] planes;

    private final int[] block = new int[EntropyCodedData.BLOCK];

    private EighthDecoder(SequentialJpeg file, int width, int height) throws UnsupportedDataException {
        this.data = new EntropyCodedData(file.data());
        this.width = ceilDiv(width, SCALE);
        this.height = ceilDiv(height, SCALE);
        this.components = file.components().toArray(Component[]::new);
        this.restartInterval = file.restartInterval();
        boolean grey = components.length == 1;
        // The blocks of a single component are stored row by row, whatever its sampling factors are.
        this.columns = grey ? 1 : components[0].horizontal();
        this.rows = grey ? 1 : components[0].vertical();
        if (columns > 2 || rows > 2 || !Arrays.stream(components).skip(1).allMatch(EighthDecoder::isOneBlock)) {
            throw new UnsupportedDataException("of unusual sampling");
        }
        this.units = ceilDiv(this.width, columns);
        this.predictions = new int[components.length];
        this.planes = new byte[components.length][rows * units * columns];
        for (int i = 0; i < components.length; i++) {
            components[i].dcTable().prepareValues();
            if (i > 0 && isHalved()) {
                components[i].acTable().prepareValues();
            } else {
                components[i].acTable().prepareSkipping();
            }
        }
    }

    private static boolean isOneBlock(Component component) {
        return component.horizontal() == 1 && component.vertical() == 1;
    }

    /** Whether chroma has half the size of luma in both directions. */
    private boolean isHalved() {
        return columns == 2 && rows == 2;
    }

    /**
     * Decodes a file to 8-bit BGR.
     *
     * @param header the file's header
     * @return {@code [ceil(height / 8), ceil(width / 8), 3]}, or nothing if the file is not of the usual kind, or anything in it is odd
     */
    public static Optional<byte[]> decode(ImageHeader header) {
        try {
            SequentialJpeg file = SequentialJpeg.of(header.pieces());
            return Optional.of(new EighthDecoder(file, header.width(), header.height()).decode());
        } catch (UnsupportedDataException e) {
            return Optional.empty();
        }
    }

    private byte[] decode() throws UnsupportedDataException {
        byte[] image = new byte[CHANNELS * width * height];
        int decoded = 0;
        for (int top = 0; top < height; top += rows) {
            for (int unit = 0; unit < units; unit++) {
                if (restartInterval > 0 && decoded > 0 && decoded % restartInterval == 0) {
                    data.restart(decoded / restartInterval - 1);
                    Arrays.fill(predictions, 0);
                }
                decodeUnit(unit);
                decoded++;
            }
            data.checkEnd();
            for (int y = 0; y < Math.min(rows, height - top); y++) {
                convert(y * units * columns, image, (top + y) * width);
            }
        }
        return image;
    }

    private void decodeUnit(int unit) throws UnsupportedDataException {
        int stride = units * columns;
        int left = unit * columns;
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                planes[0][y * stride + left + x] = decodeMean(0);
            }
        }
        for (int component = 1; component < planes.length; component++) {
            if (isHalved()) {
                decodeFour(component, left, left + stride);
            } else {
                byte mean = decodeMean(component);
                for (int y = 0; y < rows; y++) {
                    Arrays.fill(planes[component], y * stride + left, y * stride + left + columns, mean);
                }
            }
        }
    }

    /** Decodes a block to a single pixel. */
    private byte decodeMean(int component) throws UnsupportedDataException {
        int dc = decodeDc(component);
        data.skipAc(components[component].acTable());
        return pixel(descale(dc, 3));
    }

    /** Decodes a block to two pixels from a place on, and two from another. */
    private void decodeFour(int component, int upper, int lower) throws UnsupportedDataException {
        Component description = components[component];
        byte[] plane = planes[component];
        int dc = decodeDc(component);
        if (!data.readAc(description.acTable(), description.quantization(), block)) {
            byte pixel = pixel(descale(dc, 3));
            plane[upper] = pixel;
            plane[upper + 1] = pixel;
            plane[lower] = pixel;
            plane[lower + 1] = pixel;
            return;
        }
        block[0] = dc;
        FourPixels pixels = FourPixels.of(block);
        Arrays.fill(block, 0);
        plane[upper] = pixel(pixels.upperLeft());
        plane[upper + 1] = pixel(pixels.upperRight());
        plane[lower] = pixel(pixels.lowerLeft());
        plane[lower + 1] = pixel(pixels.lowerRight());
    }

    /** Decodes the DC coefficient of a block, multiplied by its quantization. */
    private int decodeDc(int component) throws UnsupportedDataException {
        Component description = components[component];
        predictions[component] += data.readDcDifference(description.dcTable());
        return EntropyCodedData.dequantize(predictions[component], description.quantization()[0]);
    }

    /** A pixel, whose value is relative to the middle of the range. */
    private static byte pixel(int value) throws UnsupportedDataException {
        if (value < -PIXEL_LIMIT || value >= PIXEL_LIMIT) {
            throw new UnsupportedDataException("a pixel out of range");
        }
        return (byte) clamp(value + CENTER);
    }

    /**
     * The inverse cosine transform of a block to 2x2 pixels, as libjpeg's {@code jpeg_idct_2x2}: the mean of each quarter of
     * the block, which depends on the odd frequencies only.
     */
    private record FourPixels(int upperLeft, int upperRight, int lowerLeft, int lowerRight) {
        // sqrt(2) times sums of the cosines of odd multiples of pi / 16, times 2^13.
        private static final int[] FACTORS = {0, 29692, 0, -10426, 0, 6967, 0, -5906};
        private static final int FACTOR_BITS = 13;
        /** Bits behind the point between the two passes. */
        private static final int PASS_BITS = 2;

        /** Made of the coefficients, by rows. */
        static FourPixels of(int[] block) {
            int upperOdd = 0;
            int lowerOdd = 0;
            for (int column = 1; column < SIDE; column += 2) {
                int even = even(block[column]);
                int odd = odd(block, column, SIDE);
                upperOdd += FACTORS[column] * descale(even + odd, FACTOR_BITS);
                lowerOdd += FACTORS[column] * descale(even - odd, FACTOR_BITS);
            }
            int even = even(block[0]);
            int odd = odd(block, 0, SIDE);
            int upper = even(descale(even + odd, FACTOR_BITS));
            int lower = even(descale(even - odd, FACTOR_BITS));
            return new FourPixels(
                    last(upper + upperOdd), last(upper - upperOdd), last(lower + lowerOdd), last(lower - lowerOdd));
        }

        private static int even(int value) {
            return value << (FACTOR_BITS + 2);
        }

        private static int odd(int[] values, int start, int step) {
            int sum = 0;
            for (int i = 1; i < SIDE; i += 2) {
                sum += FACTORS[i] * values[start + i * step];
            }
            return sum;
        }

        private static int last(int value) {
            return descale(value, FACTOR_BITS + PASS_BITS + 3 + 2);
        }
    }

    /** Divides by a power of two, rounding half up. */
    private static int descale(int value, int bits) {
        return value + (1 << (bits - 1)) >> bits;
    }

    /**
     * Converts a line to BGR (ITU-T T.871, 7).
     *
     * @param start where it begins in the planes
     * @param first number of its first pixel in the image
     */
    private void convert(int start, byte[] image, int first) {
        for (int x = 0; x < width; x++) {
            int y = Byte.toUnsignedInt(planes[0][start + x]);
            int blue = y;
            int green = y;
            int red = y;
            if (planes.length > 1) {
                int cb = Byte.toUnsignedInt(planes[1][start + x]) - CENTER;
                int cr = Byte.toUnsignedInt(planes[2][start + x]) - CENTER;
                blue += descale(116130 * cb, COLOR_BITS);
                green += descale(-22554 * cb - 46802 * cr, COLOR_BITS);
                red += descale(91881 * cr, COLOR_BITS);
            }
            int pixel = CHANNELS * (first + x);
            image[pixel] = (byte) clamp(blue);
            image[pixel + 1] = (byte) clamp(green);
            image[pixel + 2] = (byte) clamp(red);
        }
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(MAX, value));
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
