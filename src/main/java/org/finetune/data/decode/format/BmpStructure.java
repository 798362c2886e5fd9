package org.finetune.data.decode.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.finetune.data.decode.format.ImageHeader.Piece;

/** The header of a Windows or OS/2 bitmap. A file with fewer bytes than its header announces is refused. */
final class BmpStructure {
    private static final int FILE_HEADER = 14;
    private static final int OS2_HEADER = 12;
    /** From this size on the header itself holds an opacity mask. */
    private static final int HEADER_WITH_ALPHA_MASK = 56;

    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;

    private BmpStructure() {}

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long pixelOffset = Integer.toUnsignedLong(in.getInt(10));
        int headerSize = in.getInt(FILE_HEADER);
        int width;
        int height;
        int bitsPerPixel;
        int compression = 0;
        long compressedSize = 0;
        boolean alpha = false;
        if (headerSize == OS2_HEADER) {
            width = Short.toUnsignedInt(in.getShort(18));
            height = Short.toUnsignedInt(in.getShort(20));
            bitsPerPixel = in.getShort(24);
        } else if (headerSize >= 40 && headerSize <= file.length - FILE_HEADER) {
            width = in.getInt(18);
            // A negative height stands for rows from top to bottom; the smallest int stays negative and is refused.
            height = Math.abs(in.getInt(22));
            bitsPerPixel = in.getShort(28);
            compression = in.getInt(30);
            compressedSize = Integer.toUnsignedLong(in.getInt(34));
            int colors = in.getInt(46);
            if (bitsPerPixel <= 8 && (colors < 0 || colors > 256)) {
                throw ImageFormat.BMP.damaged();
            }
            alpha = bitsPerPixel == 32
                    && compression == BIT_FIELDS
                    && headerSize >= HEADER_WITH_ALPHA_MASK
                    && in.getInt(66) != 0;
        } else {
            throw ImageFormat.BMP.damaged();
        }
        boolean runLengths = compression == RLE8 || compression == RLE4;
        if (compression != 0 && compression != BIT_FIELDS && !runLengths) {
            throw new ImageDecodeException("BMP of an unsupported kind");
        }
        long rowBytes = ((long) width * bitsPerPixel + 31) / 32 * 4;
        long needed = runLengths ? compressedSize : rowBytes * height;
        if (pixelOffset > file.length || needed > file.length - pixelOffset) {
            throw ImageFormat.BMP.truncated();
        }
        Piece whole = new Piece(file, 0, file.length);
        // Pixels as stored, and run-lengths once more as they are expanded.
        int workingBytes = (bitsPerPixel + 7) / 8 + (runLengths ? 1 : 0);
        FourthChannel fourth = alpha ? FourthChannel.OPACITY : FourthChannel.UNUSED;
        return new ImageHeader(ImageFormat.BMP, width, height, fourth, List.of(whole), workingBytes);
    }
}
