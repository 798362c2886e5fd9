package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The chunks of a WebP file (RFC 9649). Of an animation the first frame is used. The decoder of the colours is handed a file
 * with nothing but them.
 */
public final class WebpStructure {
    /** Bytes of a pixel that the decoder of lossless images needs. */
    public static final int LOSSLESS_BYTES = 5;

    private static final int VP8 = chunkType("VP8 ");
    private static final int VP8L = chunkType("VP8L");
    private static final int VP8X = chunkType("VP8X");
    private static final int ALPH = chunkType("ALPH");
    private static final int ANMF = chunkType("ANMF");
    private static final int EXIF = chunkType("EXIF");
    private static final int CHUNK_HEADER = 8;
    private static final int FILE_HEADER = 12;
    private static final int FRAME_HEADER = 16;
    private static final int LOSSLESS_HEADER = 5;
    private static final int VP8_START_CODE = 0x2a019d;
    private static final int VP8L_SIGNATURE = 0x2f;

    private final ByteBuffer in;
    private final int end;
    private int width;
    private int height;
    private Frame frame;
    private boolean pixelsSeen;
    private boolean exifSeen;
    private Orientation orientation = Orientation.NORMAL;
    /** The chunk with the colours, header included, and the content of the one with the opacity of lossy ones. */
    private Piece colors;

    private Piece opacity;

    private WebpStructure(byte[] file) throws ImageDecodeException {
        in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long length = CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(4));
        if (length > file.length) {
            throw ImageFormat.WEBP.truncated();
        }
        end = (int) length;
    }

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        WebpStructure structure = new WebpStructure(file);
        structure.readChunks();
        if (!structure.pixelsSeen) {
            throw ImageFormat.WEBP.withoutPixels();
        }
        Frame whole = new Frame(0, 0, structure.width, structure.height);
        return new ImageHeader(
                ImageFormat.WEBP,
                structure.width,
                structure.height,
                structure.orientation,
                structure.frame == null ? whole : structure.frame,
                FourthChannel.OPACITY,
                List.of(),
                file(structure.colors),
                Optional.ofNullable(structure.opacity),
                structure.workingBytes(),
                List.of(),
                1);
    }

    private void readChunks() throws ImageDecodeException {
        for (int position = FILE_HEADER; position + CHUNK_HEADER <= end; ) {
            int next = next(position, end);
            int type = in.getInt(position);
            int data = position + CHUNK_HEADER;
            int length = in.getInt(position + 4);
            if (type == VP8X) {
                width = 1 + uint24(data + 4);
                height = 1 + uint24(data + 7);
            } else if (type == VP8 && !pixelsSeen) {
                readLossy(data);
                colors = new Piece(in.array(), position, CHUNK_HEADER + length);
            } else if (type == VP8L && !pixelsSeen) {
                readLossless(data);
                colors = new Piece(in.array(), position, CHUNK_HEADER + length);
            } else if (type == ALPH && !pixelsSeen) {
                opacity = new Piece(in.array(), data, length);
            } else if (type == ANMF && !pixelsSeen) {
                readFrame(data, length);
            } else if (type == EXIF && !exifSeen) {
                exifSeen = true;
                orientation = ExifOrientation.read(in.array(), data, length);
            }
            position = next;
        }
    }

    /** The position of the next chunk, after a check that this one lies within its parent. */
    private int next(int position, int limit) throws ImageDecodeException {
        long length = Integer.toUnsignedLong(in.getInt(position + 4));
        long next = position + CHUNK_HEADER + length + (length & 1);
        if (next - (length & 1) > limit) {
            throw ImageFormat.WEBP.damaged();
        }
        return (int) next;
    }

    private void readLossy(int data) throws ImageDecodeException {
        if (uint24(data + 3) != VP8_START_CODE) {
            throw ImageFormat.WEBP.damaged();
        }
        setSize(in.getShort(data + 6) & 0x3fff, in.getShort(data + 8) & 0x3fff);
    }

    private void readLossless(int data) throws ImageDecodeException {
        if (in.get(data) != VP8L_SIGNATURE) {
            throw ImageFormat.WEBP.damaged();
        }
        int bits = in.getInt(data + 1);
        setSize(1 + (bits & 0x3fff), 1 + (bits >>> 14 & 0x3fff));
    }

    /** Takes the size of a still image, which an extended header must repeat. */
    private void setSize(int imageWidth, int imageHeight) throws ImageDecodeException {
        if (width != 0 && (width != imageWidth || height != imageHeight)) {
            throw ImageFormat.WEBP.damaged();
        }
        width = imageWidth;
        height = imageHeight;
        pixelsSeen = true;
    }

    private void readFrame(int data, int length) throws ImageDecodeException {
        frame = new Frame(2 * uint24(data), 2 * uint24(data + 3), 1 + uint24(data + 6), 1 + uint24(data + 9));
        int frameEnd = data + length;
        for (int position = data + FRAME_HEADER; position + CHUNK_HEADER <= frameEnd && !pixelsSeen; ) {
            int next = next(position, frameEnd);
            int type = in.getInt(position);
            int size = in.getInt(position + 4);
            if (type == VP8 || type == VP8L) {
                pixelsSeen = true;
                colors = new Piece(in.array(), position, CHUNK_HEADER + size);
            } else if (type == ALPH) {
                opacity = new Piece(in.array(), position + CHUNK_HEADER, size);
            }
            position = next;
        }
    }

    private int workingBytes() {
        if (opacity != null) {
            return LOSSLESS_BYTES + 1;
        }
        return in.getInt(colors.offset()) == VP8L ? LOSSLESS_BYTES : 0;
    }

    /** A file of a single chunk, given in one or more pieces. */
    private static List<Piece> file(Piece... chunk) {
        int length = Stream.of(chunk).mapToInt(Piece::length).sum();
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(chunkType("RIFF"))
                .putInt(FILE_HEADER - CHUNK_HEADER + length + (length & 1))
                .putInt(chunkType("WEBP"));
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(header.array(), 0, FILE_HEADER));
        pieces.addAll(List.of(chunk));
        pieces.add(new Piece(new byte[1], 0, length & 1));
        return pieces;
    }

    /** Whether the colours of an image are compressed without loss. */
    public static boolean isLossless(ImageHeader header) {
        Piece chunk = header.pieces().get(1);
        return ByteBuffer.wrap(chunk.bytes()).order(ByteOrder.LITTLE_ENDIAN).getInt(chunk.offset()) == VP8L;
    }

    /** A file of a losslessly compressed image that lacks its header, as the one with the opacity does. */
    public static List<Piece> lossless(Piece data, int width, int height) {
        ByteBuffer header = ByteBuffer.allocate(CHUNK_HEADER + LOSSLESS_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(VP8L).putInt(LOSSLESS_HEADER + data.length());
        header.put((byte) VP8L_SIGNATURE).putInt(width - 1 | height - 1 << 14);
        return file(new Piece(header.array(), 0, header.capacity()), data);
    }

    private int uint24(int position) {
        return Short.toUnsignedInt(in.getShort(position)) | Byte.toUnsignedInt(in.get(position + 2)) << 16;
    }

    private static int chunkType(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
