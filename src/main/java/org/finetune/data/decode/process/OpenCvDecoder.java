package org.finetune.data.decode.process;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Decodes JPEG and WebP with OpenCV, which contains libjpeg-turbo and libwebp. */
final class OpenCvDecoder implements PixelDecoder {

    /** What a first pixel hardly ever is. */
    private static final byte[] MARK = {(byte) 0xc5, 0x3a, (byte) 0x91};

    private static final byte[] OTHER_MARK = {0x3a, (byte) 0xc5, 0x6e};

    @Override
    public boolean decode(ByteBuffer file, int reduction, int width, int height, ByteBuffer pixels) {
        // Where OpenCV does not accept a file's header, it leaves the image as it is and does not say so.
        return decode(file, reduction, width, height, pixels, MARK)
                || decode(file, reduction, width, height, pixels, OTHER_MARK);
    }

    /** Whether a file is decoded to an image whose first pixel is not the mark, which is there before. */
    private static boolean decode(
            ByteBuffer file, int reduction, int width, int height, ByteBuffer pixels, byte[] mark) {
        pixels.put(0, mark);
        try (BytePointer from = new BytePointer(file);
                BytePointer to = new BytePointer(pixels);
                Mat encoded = new Mat(1, file.remaining(), CV_8UC1, from);
                Mat image = new Mat(height, width, CV_8UC3, to);
                Mat decoded = imdecode(encoded, flags(reduction), image)) {
            // An image of another size would have memory of its own.
            return decoded.data() != null
                    && decoded.data().address() == to.address()
                    && !pixels.slice(0, mark.length).equals(ByteBuffer.wrap(mark));
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static int flags(int reduction) {
        int flags =
                switch (reduction) {
                    case 2 -> IMREAD_REDUCED_COLOR_2;
                    case 4 -> IMREAD_REDUCED_COLOR_4;
                    case 8 -> IMREAD_REDUCED_COLOR_8;
                    default -> IMREAD_COLOR;
                };
        return flags | IMREAD_IGNORE_ORIENTATION;
    }
}
