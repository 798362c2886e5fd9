package org.finetune.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.finetune.data.ImageHeader.Piece;

/**
 * The marker segments of a JPEG file (ITU-T T.81, annex B).
 *
 * <p>A file without an end marker is refused: the decoder would leave the missing part gray. Damage inside the
 * compressed data of a complete file is tolerated, as the decoder does: it goes on at the next restart marker. Only
 * the segments that affect the pixels reach the decoder, which would complain about odd ones on standard error.
 */
final class JpegStructure {
    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int DHT = 0xc4;
    private static final int SOF9 = 0xc9;
    private static final int SOF10 = 0xca;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int RST0 = 0xd0;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DRI = 0xdd;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int TEM = 0x01;

    private JpegStructure() {}

    static ImageHeader read(byte[] file) throws ImageDecodeException {
        ByteBuffer in = ByteBuffer.wrap(file);
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(file, 0, 2));
        int orientation = ExifOrientation.NORMAL;
        boolean exifSeen = false;
        int width = 0;
        int height = 0;
        int position = 2;
        while (true) {
            while (file[position] != (byte) 0xff) {
                position++;
            }
            while (file[position] == (byte) 0xff) {
                position++;
            }
            int marker = Byte.toUnsignedInt(file[position++]);
            if (marker == 0 || marker == TEM || marker >= RST0 && marker <= EOI) {
                continue;
            }
            int start = position - 2;
            if (marker == SOS) {
                if (width == 0) {
                    throw new ImageDecodeException("damaged JPEG");
                }
                pieces.add(new Piece(file, start, endOfImage(file, position) - start));
                return new ImageHeader(ImageFormat.JPEG, width, height, orientation, false, pieces);
            }
            int length = Short.toUnsignedInt(in.getShort(position));
            if (length < 2) {
                throw new ImageDecodeException("damaged JPEG");
            }
            if (isFrameHeader(marker)) {
                checkSupported(marker, in.get(position + 2), in.get(position + 7));
                height = Short.toUnsignedInt(in.getShort(position + 3));
                width = Short.toUnsignedInt(in.getShort(position + 5));
                if (width == 0 || height == 0) {
                    throw new ImageDecodeException("JPEG without pixels");
                }
            }
            if (marker == APP1 && !exifSeen && ExifOrientation.hasPrefix(file, position + 2)) {
                exifSeen = true;
                orientation = ExifOrientation.read(file, position + 2, length - 2);
            }
            if (affectsPixels(marker)) {
                pieces.add(new Piece(file, start, length + 2));
            }
            position += length;
        }
    }

    private static boolean isFrameHeader(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != DAC && marker != 0xc8;
    }

    private static void checkSupported(int marker, int precision, int components) throws ImageDecodeException {
        boolean supported = marker <= SOF2 || marker == SOF9 || marker == SOF10;
        if (!supported || precision != 8 || components != 1 && components != 3 && components != 4) {
            throw new ImageDecodeException("JPEG of an unsupported kind");
        }
    }

    private static boolean affectsPixels(int marker) {
        return isFrameHeader(marker)
                || marker == DHT
                || marker == DAC
                || marker == DQT
                || marker == DRI
                || marker == APP0
                || marker == APP14;
    }

    /**
     * The position after the last end marker. In compressed data 0xff is always followed by 0, so nothing there looks
     * like one; searching backwards finds it at once and steps over what cameras append.
     */
    private static int endOfImage(byte[] file, int start) throws ImageDecodeException {
        for (int i = file.length - 2; i >= start; i--) {
            if (file[i] == (byte) 0xff && file[i + 1] == (byte) EOI) {
                return i + 2;
            }
        }
        throw new ImageDecodeException("truncated JPEG");
    }
}
