package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/**
 * The blocks of a GIF file up to the end of its first frame, which is the one that is used. Only what affects its pixels reaches
 * the decoder, which takes time that grows with the square of a comment's length; the compressed pixels do so in blocks of full
 * length, since it misreads those of fewer than four bytes.
 */
final class GifStructure {
    private static final int SCREEN_DESCRIPTOR_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int COLOR_TABLE = 0x80;
    private static final int GRAPHIC_CONTROL = 0xf9;
    private static final int GRAPHIC_CONTROL_LENGTH = 4;
    private static final int FULL_BLOCK = 255;

    /** What ends a chain of data blocks. */
    private static final Piece TERMINATOR = new Piece(new byte[1], 0, 1);

    private GifStructure() {}

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int width = Short.toUnsignedInt(in.getShort(6));
        int height = Short.toUnsignedInt(in.getShort(8));
        int position = SCREEN_DESCRIPTOR_END + colorTableLength(in.get(10));
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(file, 0, position));
        Piece graphicControl = new Piece(file, position, 0);
        while (in.get(position) == EXTENSION) {
            int blocks = position + 2;
            if (in.get(position + 1) == (byte) GRAPHIC_CONTROL && in.get(blocks) == GRAPHIC_CONTROL_LENGTH) {
                graphicControl = new Piece(file, position, 3 + GRAPHIC_CONTROL_LENGTH);
            }
            position = endOfBlocks(file, blocks);
        }
        if (graphicControl.length() > 0) {
            pieces.add(graphicControl);
            pieces.add(TERMINATOR);
        }
        if (in.get(position) != IMAGE) {
            throw ImageFormat.GIF.withoutPixels();
        }
        Frame frame = new Frame(
                Short.toUnsignedInt(in.getShort(position + 1)),
                Short.toUnsignedInt(in.getShort(position + 3)),
                Short.toUnsignedInt(in.getShort(position + 5)),
                Short.toUnsignedInt(in.getShort(position + 7)));
        int blocks = position + 10 + colorTableLength(in.get(position + 9)) + 1;
        pieces.add(new Piece(file, position, blocks - position));
        pieces.add(inFullBlocks(file, blocks));
        if (width == 0 || height == 0) {
            width = frame.x() + frame.width();
            height = frame.y() + frame.height();
        }
        return new ImageHeader(
                ImageFormat.GIF, width, height, Orientation.NORMAL, frame, FourthChannel.OPACITY, List.of(), pieces, 1);
    }

    /** A chain of data blocks again, in as few blocks as possible. */
    private static Piece inFullBlocks(byte[] file, int start) {
        byte[] content = new byte[endOfBlocks(file, start) - start];
        int length = 0;
        for (int block = start; file[block] != 0; block += 1 + Byte.toUnsignedInt(file[block])) {
            int size = Byte.toUnsignedInt(file[block]);
            System.arraycopy(file, block + 1, content, length, size);
            length += size;
        }
        byte[] blocks = new byte[length + (length + FULL_BLOCK - 1) / FULL_BLOCK + 1];
        int end = 0;
        for (int position = 0; position < length; position += FULL_BLOCK) {
            int size = Math.min(FULL_BLOCK, length - position);
            blocks[end] = (byte) size;
            System.arraycopy(content, position, blocks, end + 1, size);
            end += 1 + size;
        }
        return new Piece(blocks, 0, blocks.length);
    }

    private static int colorTableLength(int flags) {
        return (flags & COLOR_TABLE) == 0 ? 0 : 3 * (2 << (flags & 7));
    }

    /** The position after a chain of data blocks, each led by its length, that a zero ends. */
    private static int endOfBlocks(byte[] file, int start) {
        int position = start;
        while (file[position] != 0) {
            position += 1 + Byte.toUnsignedInt(file[position]);
        }
        return position + 1;
    }
}
