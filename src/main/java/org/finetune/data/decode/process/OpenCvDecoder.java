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

    @Override
    public boolean decode(ByteBuffer file, int reduction, int width, int height, ByteBuffer pixels) {
        try (BytePointer from = new BytePointer(file);
                BytePointer to = new BytePointer(pixels);
                Mat encoded = new Mat(1, file.remaining(), CV_8UC1, from);
                Mat image = new Mat(height, width, CV_8UC3, to);
                Mat decoded = imdecode(encoded, flags(reduction), image)) {
            // An image of another size would have memory of its own.
            return decoded.data() != null && decoded.data().address() == to.address();
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
