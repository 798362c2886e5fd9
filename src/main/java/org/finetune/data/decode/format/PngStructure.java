package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The chunks of a PNG file (ISO/IEC 15948).
 *
 * <p>A file that ends before its IEND chunk or whose pixels fail their checksum is refused. Only the chunks that
 * affect the pixels reach the decoder; so of an animated PNG the default image is used. The compressed pixels do so as a
 * single chunk, since a chunk costs the decoder more time than many bytes.
 */
final class PngStructure {
    private static final int IHDR = chunkType("IHDR");
    private static final int PLTE = chunkType("PLTE");
    private static final int TRNS = chunkType("tRNS");
    private static final int IDAT = chunkType("IDAT");
    private static final int IEND = chunkType("IEND");
    private static final int EXIF = chunkType("eXIf");
    private static final List<Integer> PIXEL_CHUNKS = List.of(IHDR, PLTE, TRNS, IDAT, IEND);
    /** Bit of a chunk's type that is set in chunks that a decoder may pass over. */
    private static final int ANCILLARY = 0x20000000;

    private static final int SIGNATURE_LENGTH = 8;
    private static final int CHUNK_OVERHEAD = 12;
    private static final int GRAY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GRAY_ALPHA = 4;
    private static final int RGB_ALPHA = 6;
    private static final Map<Integer, Set<Integer>> BIT_DEPTHS = Map.of(
            GRAY, Set.of(1, 2, 4, 8, 16),
            RGB, Set.of(8, 16),
            PALETTE, Set.of(1, 2, 4, 8),
            GRAY_ALPHA, Set.of(8, 16),
            RGB_ALPHA, Set.of(8, 16));
    private static final Map<Integer, Integer> SAMPLES =
            Map.of(GRAY, 1, RGB, 3, PALETTE, 1, GRAY_ALPHA, 2, RGB_ALPHA, 4);

    private PngStructure() {}

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        ByteBuffer in = ByteBuffer.wrap(file);
        if (in.getInt(SIGNATURE_LENGTH + 4) != IHDR || in.getInt(SIGNATURE_LENGTH) != 13) {
            throw ImageFormat.PNG.damaged();
        }
        int width = in.getInt(16);
        int height = in.getInt(20);
        int bitDepth = in.get(24);
        int colorType = in.get(25);
        checkVariant(bitDepth, colorType, in.get(26), in.get(27), in.get(28));
        Orientation orientation = Orientation.NORMAL;
        boolean exifSeen = false;
        List<Integer> transparent = List.of();
        // Chunks by their type; of several with the pixels, the first.
        Map<Integer, Piece> chunks = new HashMap<>();
        int compressed = 0;
        int position = SIGNATURE_LENGTH;
        while (true) {
            int length = in.getInt(position);
            int type = in.getInt(position + 4);
            if (length < 0) {
                throw ImageFormat.PNG.damaged();
            }
            if (length > file.length - position - CHUNK_OVERHEAD) {
                throw ImageFormat.PNG.truncated();
            }
            int data = position + 8;
            if (PIXEL_CHUNKS.contains(type)) {
                checkSum(file, position + 4, length + 4, in.getInt(data + length));
                Piece chunk = new Piece(file, position, length + CHUNK_OVERHEAD);
                boolean first = chunks.putIfAbsent(type, chunk) == null;
                if (!first && type != IDAT) {
                    throw ImageFormat.PNG.damaged();
                }
            } else if ((type & ANCILLARY) == 0) {
                throw new ImageDecodeException("PNG of an unsupported kind");
            }
            if (type == IDAT) {
                compressed += length;
            } else if (type == TRNS) {
                transparent = transparent(in, data, length, colorType, bitDepth);
            } else if (type == EXIF && !exifSeen) {
                exifSeen = true;
                orientation = ExifOrientation.read(file, data, length);
            } else if (type == IEND) {
                if (!chunks.containsKey(IDAT)) {
                    throw ImageFormat.PNG.damaged();
                }
                chunks.put(IDAT, inOneChunk(chunks.get(IDAT), compressed));
                if (colorType != PALETTE) {
                    // Decoders differ in what they make of a transparent colour, so that is left to ColorConversion.
                    chunks.remove(TRNS);
                }
                return new ImageHeader(
                        ImageFormat.PNG,
                        width,
                        height,
                        orientation,
                        new Frame(0, 0, width, height),
                        FourthChannel.OPACITY,
                        transparent,
                        pieces(file, chunks),
                        SAMPLES.get(colorType) * Math.max(1, bitDepth / 8));
            }
            position = data + length + 4;
        }
    }

    /** The transparent colour that a chunk states, as it is decoded; nothing if colours of this type are stated otherwise. */
    private static List<Integer> transparent(ByteBuffer in, int data, int length, int colorType, int bitDepth) {
        if (colorType == GRAY && length == 2) {
            return List.of(decodedGray(Short.toUnsignedInt(in.getShort(data)), bitDepth));
        }
        return colorType == RGB && length == 6
                ? List.of(
                        Short.toUnsignedInt(in.getShort(data)),
                        Short.toUnsignedInt(in.getShort(data + 2)),
                        Short.toUnsignedInt(in.getShort(data + 4)))
                : List.of();
    }

    /** The signature and the chunks, in the order that the standard wants. */
    private static List<Piece> pieces(byte[] file, Map<Integer, Piece> chunks) {
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(file, 0, SIGNATURE_LENGTH));
        PIXEL_CHUNKS.stream().map(chunks::get).filter(Objects::nonNull).forEach(pieces::add);
        return pieces;
    }

    /**
     * The chunk with all compressed pixels.
     *
     * @param first the first chunk with some
     * @param length bytes of all of them
     */
    private static Piece inOneChunk(Piece first, int length) {
        if (first.length() == length + CHUNK_OVERHEAD) {
            return first;
        }
        ByteBuffer in = ByteBuffer.wrap(first.bytes());
        ByteBuffer chunk =
                ByteBuffer.allocate(length + CHUNK_OVERHEAD).putInt(length).putInt(IDAT);
        for (int position = first.offset(); chunk.remaining() > 4; position += in.getInt(position) + CHUNK_OVERHEAD) {
            if (in.getInt(position + 4) == IDAT) {
                chunk.put(first.bytes(), position + 8, in.getInt(position));
            }
        }
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, length + 4);
        chunk.putInt((int) crc.getValue());
        return new Piece(chunk.array(), 0, chunk.capacity());
    }

    private static void checkVariant(int bitDepth, int colorType, int compression, int filter, int interlace)
            throws ImageDecodeException {
        Set<Integer> bitDepths = BIT_DEPTHS.getOrDefault(colorType, Set.of());
        if (!bitDepths.contains(bitDepth) || compression != 0 || filter != 0 || interlace < 0 || interlace > 1) {
            throw ImageFormat.PNG.damaged();
        }
    }

    /** The value to which the decoder expands a grey value: 1, 2 and 4 bits become 8, 16 stay. */
    private static int decodedGray(int value, int bitDepth) {
        return bitDepth < 8 ? value * 255 / ((1 << bitDepth) - 1) : value;
    }

    private static void checkSum(byte[] file, int offset, int length, int expected) throws ImageDecodeException {
        CRC32 crc = new CRC32();
        crc.update(file, offset, length);
        if ((int) crc.getValue() != expected) {
            throw ImageFormat.PNG.damaged();
        }
    }

    private static int chunkType(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }
}
