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
import org.finetune.data.decode.process.HeifLibrary.Codec;
import org.finetune.data.decode.process.MissingLibraryException;
import org.finetune.data.decode.process.NativeDecoder;

/**
 * Decodes with the native libraries in OpenCV, JPEG with libjpeg-turbo, since only that decodes at reduced size and fast, and
 * lossy WebP with libwebp; and with the system's libheif. They run in a process of their own. Those in OpenCV get nothing but
 * files that {@link org.finetune.data.decode.format} has put together from parts it has checked.
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
        return inTurn(
                bytes(header, reduction),
                () -> NativeDecoder.INSTANCE.decode(
                        Piece.join(header.pieces()),
                        reduction,
                        ceilDiv(header.frame().width(), reduction),
                        ceilDiv(header.frame().height(), reduction)));
    }

    /**
     * Decodes a HEIC or AVIF file to 8-bit RGBA. The caller closes the result.
     *
     * @throws IOException if the file is damaged or of another size, or the system lacks the library for it
     */
    static Mat readHeif(ImageHeader header) throws IOException {
        Codec codec = header.format() == ImageFormat.HEIC ? Codec.HEVC : Codec.AV1;
        try {
            return inTurn(
                    bytes(header, 1),
                    () -> NativeDecoder.INSTANCE.decodeHeif(
                            Piece.join(header.pieces()), codec, header.width(), header.height()));
        } catch (MissingLibraryException e) {
            throw new ImageDecodeException(
                    header.format().label() + " is decoded by the system's package " + e.packageName()
                            + "; install it, or convert the photo to JPEG",
                    e);
        }
    }

    private interface Decoding {
        Mat run() throws IOException;
    }

    /** Decodes an image, if it is large when no other such is decoded. */
    private static Mat inTurn(long bytes, Decoding decoding) throws IOException {
        boolean large = bytes > LARGE;
        if (large) {
            LARGE_IMAGES.acquireUninterruptibly();
        }
        try {
            return decoding.run();
        } catch (DecoderCrashException e) {
            throw new ImageDecodeException(e.getMessage(), e);
        } finally {
            if (large) {
                LARGE_IMAGES.release();
            }
        }
    }

    private static long bytes(ImageHeader header, int reduction) {
        return header.workingBytes() * header.pixels() + 3 * header.pixels() / ((long) reduction * reduction);
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
