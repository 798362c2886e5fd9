package org.finetune.data.decode.jpeg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * A JPEG file with all of its image in one Huffman-coded scan of grey or YCbCr, as cameras make them.
 *
 * @param components grey, or Y, Cb and Cr
 * @param restartInterval number of minimum coded units between two restart markers, or 0 if there are none
 * @param data the scan's entropy-coded data
 */
record SequentialJpeg(List<Component> components, int restartInterval, Piece data) {
    private static final int SOF0 = 0xc0;
    private static final int SOF1 = 0xc1;
    private static final int DHT = 0xc4;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;

    private static final int TABLES = 4;
    private static final int COLORS = 3;
    /** In a frame, before the number of components: bits of a sample, height and width. */
    private static final int SIZE_BYTES = 5;

    private static final int ADOBE_TRANSFORM = 11;
    private static final int ADOBE_YCBCR = 1;
    private static final int LAST_COEFFICIENT = 63;

    /**
     * A component.
     *
     * @param horizontal horizontal sampling factor
     * @param vertical vertical sampling factor
     * @param quantization by what the coefficients were divided, in the order of a file
     * @param dcTable table of the DC coefficients
     * @param acTable table of the AC coefficients
     */
    record Component(int horizontal, int vertical, int[] quantization, HuffmanTable dcTable, HuffmanTable acTable) {}

    /**
     * Reads what precedes the data.
     *
     * @param pieces the parts of a file that affect its pixels, whose structure was checked
     * @throws UnsupportedDataException if the file is of another kind
     */
    static SequentialJpeg of(List<Piece> pieces) throws UnsupportedDataException {
        Segments segments = new Segments();
        int last = pieces.size() - 1;
        for (Piece piece : pieces.subList(0, last)) {
            segments.read(piece);
        }
        if (marker(pieces.get(last)) != EOI || segments.data == null) {
            throw new UnsupportedDataException("more than one scan");
        }
        return new SequentialJpeg(segments.components, segments.restartInterval, segments.data);
    }

    private static int marker(Piece piece) {
        return Byte.toUnsignedInt(piece.bytes()[piece.offset() + 1]);
    }

    /** A Huffman table as a file has it, of which most are never used where there are many. */
    private record Codes(byte[] counts, byte[] symbols) {}

    /** What a frame says of a component. */
    private record FrameEntry(int id, int horizontal, int vertical, int quantization) {}

    /** What was read so far. */
    private static final class Segments {
        private final int[][] quantizations = new int[TABLES][];
        private final Codes[] dcCodes = new Codes[TABLES];
        private final Codes[] acCodes = new Codes[TABLES];
        private final HuffmanTable[] dcTables = new HuffmanTable[TABLES];
        private final HuffmanTable[] acTables = new HuffmanTable[TABLES];
        private final List<FrameEntry> frame = new ArrayList<>();
        private final List<Component> components = new ArrayList<>();
        private int restartInterval;
        private boolean jfif;
        private boolean adobe;
        private int adobeTransform;
        private Piece data;

        void read(Piece piece) throws UnsupportedDataException {
            if (data != null) {
                throw new UnsupportedDataException("something behind the scan");
            }
            if (marker(piece) == SOI) {
                return;
            }
            ByteBuffer in = ByteBuffer.wrap(piece.bytes(), piece.offset() + 2, piece.length() - 2)
                    .slice();
            int length = Short.toUnsignedInt(in.getShort());
            in.limit(length);
            switch (marker(piece)) {
                case APP0 -> jfif = true;
                case APP14 -> {
                    adobe = true;
                    adobeTransform = in.get(2 + ADOBE_TRANSFORM);
                }
                case DQT -> readQuantizations(in);
                case DHT -> readHuffmanTables(in);
                case DRI -> restartInterval = Short.toUnsignedInt(in.getShort());
                case SOF0, SOF1 -> readFrame(in);
                case SOS -> {
                    readScan(in);
                    int header = 2 + length;
                    data = new Piece(piece.bytes(), piece.offset() + header, piece.length() - header);
                }
                default -> throw new UnsupportedDataException("not sequential");
            }
        }

        private void readQuantizations(ByteBuffer in) {
            while (in.hasRemaining()) {
                int kind = uint8(in);
                int[] table = new int[EntropyCodedData.BLOCK];
                for (int i = 0; i < table.length; i++) {
                    table[i] = kind >> 4 == 0 ? uint8(in) : Short.toUnsignedInt(in.getShort());
                }
                quantizations[kind & 15] = table;
            }
        }

        private void readHuffmanTables(ByteBuffer in) {
            while (in.hasRemaining()) {
                int kind = uint8(in);
                byte[] counts = new byte[HuffmanTable.MAX_CODE_BITS];
                in.get(counts);
                int all = 0;
                for (byte count : counts) {
                    all += Byte.toUnsignedInt(count);
                }
                byte[] symbols = new byte[all];
                in.get(symbols);
                (kind >> 4 == 0 ? dcCodes : acCodes)[kind & 15] = new Codes(counts, symbols);
            }
        }

        private void readFrame(ByteBuffer in) {
            in.position(in.position() + SIZE_BYTES);
            int number = uint8(in);
            for (int i = 0; i < number; i++) {
                int id = uint8(in);
                int sampling = uint8(in);
                frame.add(new FrameEntry(id, sampling >> 4, sampling & 15, uint8(in)));
            }
        }

        private void readScan(ByteBuffer in) throws UnsupportedDataException {
            int number = uint8(in);
            if (number != frame.size() || number != 1 && !isYCbCr()) {
                throw new UnsupportedDataException("of other components");
            }
            for (FrameEntry entry : frame) {
                if (uint8(in) != entry.id()) {
                    throw new UnsupportedDataException("of components in another order");
                }
                int tables = uint8(in);
                HuffmanTable dcTable = table(dcCodes, dcTables, tables >> 4);
                HuffmanTable acTable = table(acCodes, acTables, tables & 15);
                if (!dcTable.isForDc()) {
                    throw new UnsupportedDataException("of a table for other coefficients");
                }
                components.add(new Component(
                        entry.horizontal(), entry.vertical(), quantizations[entry.quantization()], dcTable, acTable));
            }
            if (uint8(in) != 0 || uint8(in) != LAST_COEFFICIENT || uint8(in) != 0) {
                throw new UnsupportedDataException("of some coefficients");
            }
        }

        /** The table of a number, which is made when it is first asked for. */
        private static HuffmanTable table(Codes[] codes, HuffmanTable[] tables, int number)
                throws UnsupportedDataException {
            // Files without any tables, as webcams make them, may ask for any number.
            if (number >= TABLES || codes[number] == null) {
                throw new UnsupportedDataException("without a table");
            }
            if (tables[number] == null) {
                tables[number] = new HuffmanTable(codes[number].counts(), codes[number].symbols());
            }
            return tables[number];
        }

        /** As libjpeg decides it. */
        private boolean isYCbCr() {
            if (frame.size() != COLORS || jfif) {
                return frame.size() == COLORS;
            }
            return adobe
                    ? adobeTransform == ADOBE_YCBCR
                    : frame.stream().map(FrameEntry::id).toList().equals(List.of(1, 2, 3));
        }

        private static int uint8(ByteBuffer in) {
            return Byte.toUnsignedInt(in.get());
        }
    }
}
