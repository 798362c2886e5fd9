package org.finetune.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.ImageHeader.Frame;
import org.finetune.data.ImageHeader.Piece;

/**
 * The chunks of a WebP file (RFC 9649). The decoder knows no animations: of one, the first frame is handed to it as a
 * still image.
 */
final class WebpStructure {
    private static final int VP8 = chunkType("VP8 ");
    private static final int VP8L = chunkType("VP8L");
    private static final int VP8X = chunkType("VP8X");
    private static final int ALPH = chunkType("ALPH");
    private static final int ANMF = chunkType("ANMF");
    private static final int EXIF = chunkType("EXIF");
    private static final int CHUNK_HEADER = 8;
    private static final int FILE_HEADER = 12;
    private static final int FRAME_HEADER = 16;
    private static final int ALPHA_FLAG = 0x10;
    private static final int VP8_START_CODE = 0x2a019d;
    private static final int VP8L_SIGNATURE = 0x2f;

    private final ByteBuffer in;
    private final int end;
    private int width;
    private int height;
    private Frame frame;
    private boolean pixelsSeen;
    private int orientation = ExifOrientation.NORMAL;
    private List<Piece> pieces;

    private WebpStructure(byte[] file) throws ImageDecodeException {
        in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long length = CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(4));
        if (length > file.length) {
            throw new ImageDecodeException("truncated WebP");
        }
        end = (int) length;
        pieces = List.of(new Piece(file, 0, end));
    }

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        WebpStructure structure = new WebpStructure(file);
        structure.readChunks();
        if (!structure.pixelsSeen) {
            throw new ImageDecodeException("WebP without pixels");
        }
        Frame whole = new Frame(0, 0, structure.width, structure.height);
        return new ImageHeader(
                ImageFormat.WEBP,
                structure.width,
                structure.height,
                structure.orientation,
                structure.frame == null ? whole : structure.frame,
                true,
                -1,
                structure.pieces);
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
            } else if (type == VP8L && !pixelsSeen) {
                readLossless(data);
            } else if (type == ANMF && !pixelsSeen) {
                readFrame(data, length);
            } else if (type == EXIF) {
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
            throw new ImageDecodeException("damaged WebP");
        }
        return (int) next;
    }

    private void readLossy(int data) throws ImageDecodeException {
        if (uint24(data + 3) != VP8_START_CODE) {
            throw new ImageDecodeException("damaged WebP");
        }
        setSize(in.getShort(data + 6) & 0x3fff, in.getShort(data + 8) & 0x3fff);
    }

    private void readLossless(int data) throws ImageDecodeException {
        if (in.get(data) != VP8L_SIGNATURE) {
            throw new ImageDecodeException("damaged WebP");
        }
        int bits = in.getInt(data + 1);
        setSize(1 + (bits & 0x3fff), 1 + (bits >>> 14 & 0x3fff));
    }

    /** Takes the size of a still image, which an extended header must repeat. */
    private void setSize(int imageWidth, int imageHeight) throws ImageDecodeException {
        if (width != 0 && (width != imageWidth || height != imageHeight)) {
            throw new ImageDecodeException("damaged WebP");
        }
        width = imageWidth;
        height = imageHeight;
        pixelsSeen = true;
    }

    private void readFrame(int data, int length) throws ImageDecodeException {
        frame = new Frame(2 * uint24(data), 2 * uint24(data + 3), 1 + uint24(data + 6), 1 + uint24(data + 9));
        int frameEnd = data + length;
        List<Piece> chunks = new ArrayList<>();
        boolean separateAlpha = false;
        for (int position = data + FRAME_HEADER; position + CHUNK_HEADER <= frameEnd; ) {
            int next = next(position, frameEnd);
            int type = in.getInt(position);
            if (type == VP8 || type == VP8L || type == ALPH) {
                separateAlpha |= type == ALPH;
                pixelsSeen |= type != ALPH;
                chunks.add(new Piece(in.array(), position, next - position));
            }
            position = next;
        }
        pieces = stillImage(chunks, separateAlpha);
    }

    private List<Piece> stillImage(List<Piece> chunks, boolean separateAlpha) {
        ByteBuffer header = ByteBuffer.allocate(FILE_HEADER + (separateAlpha ? CHUNK_HEADER + 10 : 0))
                .order(ByteOrder.LITTLE_ENDIAN);
        int length = header.capacity() + chunks.stream().mapToInt(Piece::length).sum();
        header.putInt(chunkType("RIFF")).putInt(length - CHUNK_HEADER).putInt(chunkType("WEBP"));
        if (separateAlpha) {
            header.putInt(VP8X).putInt(10).putInt(ALPHA_FLAG);
            putUint24(header, frame.width() - 1);
            putUint24(header, frame.height() - 1);
        }
        List<Piece> image = new ArrayList<>();
        image.add(new Piece(header.array(), 0, header.capacity()));
        image.addAll(chunks);
        return image;
    }

    private int uint24(int position) {
        return Short.toUnsignedInt(in.getShort(position)) | Byte.toUnsignedInt(in.get(position + 2)) << 16;
    }

    private static void putUint24(ByteBuffer out, int value) {
        out.putShort((short) value).put((byte) (value >> 16));
    }

    private static int chunkType(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
