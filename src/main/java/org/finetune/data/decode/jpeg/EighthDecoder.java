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

    /** Most blocks of luma in a minimum coded unit. */
    private static final int MAX_BLOCKS = 4;

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

    /** For components of which only DC coefficients are wanted. */
    private final DcOnlyTable[] dcOnlyTables;
    /** Of the DC coefficients of the blocks that were read last, each from that of the block before; with room for one more. */
    private final int[] differences = new int[MAX_BLOCKS + 1];

    private final FourPixels pixels = new FourPixels();

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
        this.dcOnlyTables = new DcOnlyTable[components.length];
        for (int i = 0; i < components.length; i++) {
            if (i > 0 && isHalved()) {
                components[i].dcTable().prepareValues();
                components[i].acTable().prepareValues();
            } else {
                dcOnlyTables[i] = dcOnlyTable(i);
            }
        }
    }

    /** The table for a component, which is that of the one before where both have the same codes. */
    private DcOnlyTable dcOnlyTable(int component) {
        Component description = components[component];
        if (component > 0
                && description.dcTable() == components[component - 1].dcTable()
                && description.acTable() == components[component - 1].acTable()) {
            return dcOnlyTables[component - 1];
        }
        return new DcOnlyTable(description.dcTable(), description.acTable());
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
        readMeans(0, rows * columns);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                planes[0][y * stride + left + x] = mean(0, y * columns + x);
            }
        }
        for (int component = 1; component < planes.length; component++) {
            if (isHalved()) {
                decodeFour(component, left, left + stride);
            } else {
                readMeans(component, 1);
                byte mean = mean(component, 0);
                for (int y = 0; y < rows; y++) {
                    Arrays.fill(planes[component], y * stride + left, y * stride + left + columns, mean);
                }
            }
        }
    }

    /** Reads blocks of which a single pixel each is made, by {@link #mean}. */
    private void readMeans(int component, int blocks) throws UnsupportedDataException {
        data.readDcOnly(dcOnlyTables[component], differences, blocks);
    }

    /** The pixel of a block that was read last; all are asked for, in their order. */
    private byte mean(int component, int block) throws UnsupportedDataException {
        return pixel(FourPixels.descale(dc(component, differences[block]), 3));
    }

    /** Decodes a block to two pixels from a place on, and two from another. */
    private void decodeFour(int component, int upper, int lower) throws UnsupportedDataException {
        Component description = components[component];
        pixels.add(0, dc(component, data.readDcDifference(description.dcTable())));
        data.readAc(description.acTable(), description.quantization(), pixels);
        pixels.make();
        byte[] plane = planes[component];
        plane[upper] = pixel(pixels.upperLeft());
        plane[upper + 1] = pixel(pixels.upperRight());
        plane[lower] = pixel(pixels.lowerLeft());
        plane[lower + 1] = pixel(pixels.lowerRight());
    }

    /** The DC coefficient of a component's next block, multiplied by its quantization. */
    private int dc(int component, int difference) throws UnsupportedDataException {
        predictions[component] += difference;
        return EntropyCodedData.dequantize(
                predictions[component], components[component].quantization()[0]);
    }

    /** A pixel, whose value is relative to the middle of the range. */
    private static byte pixel(int value) throws UnsupportedDataException {
        if (value < -PIXEL_LIMIT || value >= PIXEL_LIMIT) {
            throw new UnsupportedDataException("a pixel out of range");
        }
        return (byte) clamp(value + CENTER);
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
                blue += FourPixels.descale(116130 * cb, COLOR_BITS);
                green += FourPixels.descale(-22554 * cb - 46802 * cr, COLOR_BITS);
                red += FourPixels.descale(91881 * cr, COLOR_BITS);
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
