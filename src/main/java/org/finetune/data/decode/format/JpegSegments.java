package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Checks the segments of a JPEG file that its decoder works by: frame, scans, quantization and Huffman tables. */
final class JpegSegments {
    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int SOF9 = 0xc9;
    private static final int SOF10 = 0xca;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int DQT = 0xdb;
    /** Number of lines, behind the first scan. */
    static final int DNL = 0xdc;

    private static final int DRI = 0xdd;

    /** Longest side of an image that libjpeg decodes. */
    private static final int MAX_SIDE = 65_500;

    private static final int TABLES = 4;
    private static final int MAX_SAMPLING = 4;
    /** Most blocks of a minimum coded unit in a scan of several components. */
    private static final int MAX_UNIT_BLOCKS = 10;

    private static final int COEFFICIENTS = 64;
    private static final int MAX_APPROXIMATION = 13;

    private final ByteBuffer in;
    private final Set<Integer> quantizations = new HashSet<>();
    private final Set<Integer> huffmans = new HashSet<>();
    private int frame;
    private int width;
    private int height;
    private int lines;
    private int[] ids;
    private int[] blocks;
    private int largestBlocks;
    private int[] quantization;

    JpegSegments(ByteBuffer in) {
        this.in = in;
    }

    private static void check(boolean right) throws ImageDecodeException {
        if (!right) {
            throw ImageFormat.JPEG.damaged();
        }
    }

    /** Whether a marker is that of a frame. */
    static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    int width() {
        return width;
    }

    /** Rows, or 0 if the frame leaves them to a later segment. */
    int height() {
        return height;
    }

    /** Takes the height from the segment with the number of lines. */
    void takeHeightFromLines() throws ImageDecodeException {
        if (lines == 0) {
            throw ImageFormat.JPEG.withoutPixels();
        }
        checkSide(lines);
        height = lines;
    }

    private static void checkSide(int pixels) throws ImageDecodeException {
        if (pixels > MAX_SIDE) {
            throw new ImageDecodeException("JPEG with more than 65,500 pixels along a side");
        }
    }

    int components() {
        return ids.length;
    }

    boolean isProgressive() {
        return frame == SOF2 || frame == SOF10;
    }

    /** Bytes of a pixel in all the coefficients of an image, rounded up: 16 bits each, fewer of components with less detail. */
    int coefficientBytes() {
        int bytes = Short.BYTES * IntStream.of(blocks).sum();
        return (bytes + largestBlocks - 1) / largestBlocks;
    }

    /**
     * Checks a segment other than a scan's header.
     *
     * @param content position of its content
     * @param length length of its content
     * @throws ImageDecodeException if it is damaged, or of a kind that is not supported
     */
    void read(int marker, int content, int length) throws ImageDecodeException {
        switch (marker) {
            case DQT -> readQuantizationTables(content, length);
            case DHT -> readHuffmanTables(content, length);
            case DRI -> check(length == 2);
            case DAC -> check(length % 2 == 0);
            case DNL -> {
                check(length == 2);
                lines = Short.toUnsignedInt(in.getShort(content));
            }
            default -> {
                check(isFrame(marker));
                readFrame(marker, content, length);
            }
        }
    }

    private void readFrame(int marker, int content, int length) throws ImageDecodeException {
        check(frame == 0 && length >= 6);
        int components = uint8(content + 5);
        boolean supported = marker <= SOF2 || marker == SOF9 || marker == SOF10;
        if (!supported || uint8(content) != 8 || components != 1 && components != 3 && components != 4) {
            throw new ImageDecodeException("JPEG of an unsupported kind");
        }
        check(length == 6 + 3 * components);
        frame = marker;
        height = Short.toUnsignedInt(in.getShort(content + 1));
        width = Short.toUnsignedInt(in.getShort(content + 3));
        if (width == 0) {
            throw ImageFormat.JPEG.withoutPixels();
        }
        checkSide(width);
        checkSide(height);
        ids = new int[components];
        blocks = new int[components];
        quantization = new int[components];
        int largestHorizontal = 1;
        int largestVertical = 1;
        for (int i = 0; i < components; i++) {
            int entry = content + 6 + 3 * i;
            int horizontal = uint8(entry + 1) >> 4;
            int vertical = uint8(entry + 1) & 15;
            check(horizontal >= 1 && horizontal <= MAX_SAMPLING && vertical >= 1 && vertical <= MAX_SAMPLING);
            ids[i] = uint8(entry);
            blocks[i] = horizontal * vertical;
            quantization[i] = uint8(entry + 2);
            largestHorizontal = Math.max(largestHorizontal, horizontal);
            largestVertical = Math.max(largestVertical, vertical);
            check(quantization[i] < TABLES);
        }
        largestBlocks = largestHorizontal * largestVertical;
    }

    private void readQuantizationTables(int content, int length) throws ImageDecodeException {
        int position = content;
        while (position < content + length) {
            int precision = uint8(position) >> 4;
            int table = uint8(position) & 15;
            check(precision <= 1 && table < TABLES);
            quantizations.add(table);
            position += 1 + COEFFICIENTS * (precision + 1);
        }
        check(position == content + length);
    }

    private void readHuffmanTables(int content, int length) throws ImageDecodeException {
        int position = content;
        while (position < content + length) {
            int tableClass = uint8(position) >> 4;
            int table = uint8(position) & 15;
            check(tableClass <= 1 && table < TABLES);
            int values = 0;
            int codes = 0;
            for (int bits = 1; bits <= 16; bits++) {
                int count = uint8(position + bits);
                values += count;
                codes = 2 * codes + count;
                // There are only 2^bits codes of this length, those that begin with a shorter one included.
                check(codes <= 1 << bits);
            }
            check(values <= 256);
            huffmans.add(tableClass << 4 | table);
            position += 17 + values;
        }
        check(position == content + length);
    }

    /**
     * Checks a scan's header.
     *
     * @param content position of its content
     * @param length length of its content
     * @throws ImageDecodeException if it is damaged, or refers to a component or table that is not there
     */
    void readScan(int content, int length) throws ImageDecodeException {
        check(frame != 0 && length >= 4);
        int components = uint8(content);
        check(components >= 1 && components <= ids.length && length == 4 + 2 * components);
        int start = uint8(content + 1 + 2 * components);
        int end = uint8(content + 2 + 2 * components);
        int approximation = uint8(content + 3 + 2 * components);
        if (isProgressive()) {
            check(end < COEFFICIENTS && start <= end && (start == 0 ? end == 0 : components == 1));
            check(approximation >> 4 <= MAX_APPROXIMATION && (approximation & 15) <= MAX_APPROXIMATION);
        }
        if (components < ids.length && IntStream.of(ids).distinct().count() < ids.length) {
            throw new ImageDecodeException("JPEG whose scans do not identify their components");
        }
        Set<Integer> seen = new HashSet<>();
        int unit = 0;
        for (int i = 0; i < components; i++) {
            int entry = content + 1 + 2 * i;
            int component = component(uint8(entry), seen);
            check(component >= 0 && seen.add(component) && quantizations.contains(quantization[component]));
            unit += blocks[component];
            checkTables(uint8(entry + 1), start, approximation >> 4);
        }
        check(components == 1 || unit <= MAX_UNIT_BLOCKS);
    }

    /** The first component of an ID that is not among others; where several have the same, their order decides. */
    private int component(int id, Set<Integer> others) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == id && !others.contains(i)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Checks that the Huffman tables which a component needs in a scan are there.
     *
     * @param tables numbers of the tables for the first and for the other coefficients
     * @param start first coefficient of the scan
     * @param refined whether, and from which bit on, a progressive scan refines an earlier one
     */
    private void checkTables(int tables, int start, int refined) throws ImageDecodeException {
        // Arithmetic coding has no such tables, and for files without any, as webcams make them, the decoder has its
        // own.
        if (frame >= SOF9 || huffmans.isEmpty()) {
            return;
        }
        boolean first = !isProgressive() || start == 0 && refined == 0;
        boolean others = !isProgressive() || start > 0;
        check(!first || huffmans.contains(tables >> 4));
        check(!others || huffmans.contains(1 << 4 | tables & 15));
    }

    private int uint8(int position) {
        return Byte.toUnsignedInt(in.get(position));
    }
}
