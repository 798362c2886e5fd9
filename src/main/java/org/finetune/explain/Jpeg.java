package org.finetune.explain;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Images as JPEG files. */
public final class Jpeg {
    private static final int QUALITY = 82;

    private Jpeg() {}

    /**
     * Encodes an image.
     *
     * @param rgb 8-bit RGB, {@code [height, width, 3]}
     */
    public static byte[] encode(Mat rgb) {
        try (Mat bgr = new Mat();
                BytePointer file = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, QUALITY)) {
            cvtColor(rgb, bgr, COLOR_RGB2BGR);
            if (!imencode(".jpg", bgr, file, parameters)) {
                throw new IllegalStateException("OpenCV writes no JPEG");
            }
            byte[] bytes = new byte[Math.toIntExact(file.limit())];
            file.get(bytes);
            return bytes;
        }
    }
}
