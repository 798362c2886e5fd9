package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;

/** The blocks of a GIF file up to the end of its first frame, which is the one that is used. */
final class GifStructure {
    private static final int SCREEN_DESCRIPTOR_END = 13;
    private static final int EXTENSION = 0x21;
    private static final int IMAGE = 0x2c;
    private static final int COLOR_TABLE = 0x80;

    private GifStructure() {}

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int width = Short.toUnsignedInt(in.getShort(6));
        int height = Short.toUnsignedInt(in.getShort(8));
        int position = SCREEN_DESCRIPTOR_END + colorTableLength(in.get(10));
        while (in.get(position) == EXTENSION) {
            position = endOfBlocks(file, position + 2);
        }
        if (in.get(position) != IMAGE) {
            throw new ImageDecodeException("GIF without pixels");
        }
        Frame frame = new Frame(
                Short.toUnsignedInt(in.getShort(position + 1)),
                Short.toUnsignedInt(in.getShort(position + 3)),
                Short.toUnsignedInt(in.getShort(position + 5)),
                Short.toUnsignedInt(in.getShort(position + 7)));
        int codeSize = position + 10 + colorTableLength(in.get(position + 9));
        int end = endOfBlocks(file, codeSize + 1);
        List<Piece> pieces = List.of(new Piece(file, 0, end));
        if (width == 0 || height == 0) {
            width = frame.x() + frame.width();
            height = frame.y() + frame.height();
        }
        return new ImageHeader(
                ImageFormat.GIF, width, height, ExifOrientation.NORMAL, frame, true, List.of(), pieces, null, true);
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
