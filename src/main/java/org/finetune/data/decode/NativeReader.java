package org.finetune.data.decode;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.format.WebpStructure;
import org.finetune.data.decode.process.DecoderCrashException;
import org.finetune.data.decode.process.NativeDecoder;

/**
 * Decodes with the native libraries in OpenCV: JPEG with libjpeg-turbo, since only that decodes at reduced size and fast, and
 * lossy WebP with libwebp. They run in a process of their own, and get nothing but files that
 * {@link org.finetune.data.decode.format} has put together from parts it has checked.
 */
final class NativeReader {

    /** Bytes from which on an image is large: such are decoded one at a time. */
    private static final long LARGE = 256 << 20;

    private static final Semaphore LARGE_IMAGES = new Semaphore(1);

    private NativeReader() {}

    /** Whether an image is decoded here. */
    static boolean reads(ImageHeader header) {
        return header.format() == ImageFormat.JPEG
                || header.format() == ImageFormat.WEBP && !WebpStructure.isLossless(header);
    }

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
            LARGE_IMAGES.acquireUninterruptibly();
        }
        try {
            return decode(header, reduction);
        } finally {
            if (large) {
                LARGE_IMAGES.release();
            }
        }
    }

    private static long bytes(ImageHeader header, int reduction) {
        return header.workingBytes() * header.pixels() + 3 * header.pixels() / ((long) reduction * reduction);
    }

    private static Mat decode(ImageHeader header, int reduction) throws IOException {
        try {
            return NativeDecoder.INSTANCE.decode(
                    Piece.join(header.pieces()),
                    reduction,
                    ceilDiv(header.frame().width(), reduction),
                    ceilDiv(header.frame().height(), reduction));
        } catch (DecoderCrashException e) {
            throw new ImageDecodeException(e.getMessage(), e);
        }
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
