package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGBA2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.io.IOException;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageHeader;

/** Decodes HEIC and AVIF with the system's libheif, in the decoder process. */
final class HeifReader {
    private HeifReader() {}

    /**
     * Decodes to 8-bit BGR. The caller closes the result.
     *
     * @throws IOException if the file is damaged or of another size, or the library is not installed
     */
    static Mat read(ImageHeader header) throws IOException {
        try (Mat rgba = NativeReader.readHeif(header)) {
            return ColorConversion.toBgr(header.width(), header.height(), (from, to) -> bgra(rgba, from, to), header);
        }
    }

    private static Mat bgra(Mat rgba, int from, int to) {
        try (Mat rows = rgba.rowRange(from, to)) {
            Mat bgra = new Mat();
            cvtColor(rows, bgra, COLOR_RGBA2BGRA);
            return bgra;
        }
    }
}
