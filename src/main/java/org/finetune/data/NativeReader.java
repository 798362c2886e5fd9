package org.finetune.data;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.ImageHeader.Piece;

/**
 * Decodes with the native libraries in OpenCV: JPEG with libjpeg-turbo, since only that decodes at reduced size and fast, and
 * lossy WebP with libwebp. They get nothing but files that {@link JpegStructure} and {@link WebpStructure} have put together from
 * parts they have checked.
 */
final class NativeReader {

    /** Bytes from which on a picture is large: such are decoded one at a time. */
    private static final long LARGE = 256 << 20;
    /** Bytes of a pixel that a JPEG decoder keeps where the scans of a file add up: three coefficients of 16 bits. */
    private static final int BYTES_PER_BUFFERED_PIXEL = 6;

    private static final Semaphore LARGE_PICTURES = new Semaphore(1);

    private NativeReader() {}

    /**
     * Decodes a file to 8-bit BGR. The caller closes the result.
     *
     * @param header the file's header, which has the expected size
     * @param reduction factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8
     * @throws IOException if the file is damaged or of another size
     */
    static Mat read(ImageHeader header, int reduction) throws IOException {
        boolean large = bytes(header, reduction) > LARGE;
        if (large) {
            LARGE_PICTURES.acquireUninterruptibly();
        }
        try {
            return decode(header, reduction);
        } finally {
            if (large) {
                LARGE_PICTURES.release();
            }
        }
    }

    private static long bytes(ImageHeader header, int reduction) {
        long buffered = header.buffered() ? BYTES_PER_BUFFERED_PIXEL * header.pixels() : 0;
        return buffered + 3 * header.pixels() / (reduction * reduction);
    }

    private static Mat decode(ImageHeader header, int reduction) throws IOException {
        try (BytePointer bytes = new BytePointer(Piece.join(header.pieces()));
                Mat encoded = new Mat(1, Math.toIntExact(bytes.limit()), CV_8UC1, bytes)) {
            Mat image = decodeQuietly(encoded, flags(reduction));
            if (image.cols() != ceilDiv(header.frame().width(), reduction)
                    || image.rows() != ceilDiv(header.frame().height(), reduction)) {
                image.close();
                throw new IOException("another size than its header says");
            }
            return image;
        }
    }

    private static Mat decodeQuietly(Mat encoded, int flags) {
        StandardError.mute();
        try {
            return imdecode(encoded, flags);
        } finally {
            StandardError.unmute();
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

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
