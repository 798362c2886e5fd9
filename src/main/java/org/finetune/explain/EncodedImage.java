package org.finetune.explain;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Images as files. */
public final class EncodedImage {
    private static final int QUALITY = 82;
    private static final int COMPRESSION = 3;

    private EncodedImage() {}

    /**
     * Encodes an image as JPEG.
     *
     * @param rgb 8-bit RGB, {@code [height, width, 3]}
     */
    public static byte[] jpeg(Mat rgb) {
        try (IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, QUALITY)) {
            return encode(rgb, ".jpg", parameters);
        }
    }

    /**
     * Encodes an image as PNG.
     *
     * @param rgb 8-bit RGB, {@code [height, width, 3]}
     */
    public static byte[] png(Mat rgb) {
        try (IntPointer parameters = new IntPointer(IMWRITE_PNG_COMPRESSION, COMPRESSION)) {
            return encode(rgb, ".png", parameters);
        }
    }

    private static byte[] encode(Mat rgb, String ending, IntPointer parameters) {
        try (Mat bgr = new Mat();
                BytePointer file = new BytePointer()) {
            cvtColor(rgb, bgr, COLOR_RGB2BGR);
            if (!imencode(ending, bgr, file, parameters)) {
                throw new IllegalStateException("OpenCV writes no " + ending);
            }
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return bytes;
        }
    }
}
