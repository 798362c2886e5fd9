package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2BGRA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.io.IOException;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.format.ImageHeader.Frame;
import org.finetune.data.decode.format.ImageHeader.Piece;
import org.finetune.data.decode.format.WebpStructure;

/**
 * Decodes WebP (RFC 9649). Lossless images, and the opacity of lossy ones, which is compressed in the same way, are decoded in
 * Java: libwebp's decoder of these has the hole CVE-2023-4863. Lossy colours, a format of its own, are left to libwebp.
 */
final class WebpReader {
    private static final int COMPRESSION = 0x03;
    private static final int FILTER_SHIFT = 2;
    private static final int FILTER = 0x03;
    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;
    private static final int GRADIENT = 3;

    private WebpReader() {}

    /** Decodes to 8-bit BGR. The caller closes the result. */
    static Mat read(ImageHeader header) throws IOException {
        if (WebpStructure.isLossless(header)) {
            return JavaReader.read(header);
        }
        if (header.opacity().isEmpty()) {
            return NativeReader.read(header, 1);
        }
        byte[] alpha = alpha(header.opacity().get(), header.frame());
        Mat bgr = NativeReader.read(header, 1);
        ColorConversion.toBgr((from, to) -> withAlpha(bgr, alpha, from, to), header, bgr);
        return bgr;
    }

    /** Rows of an image, and a fourth channel. */
    private static Mat withAlpha(Mat bgr, byte[] alpha, int from, int to) {
        try (Mat colors = bgr.rowRange(from, to);
                Mat opacity = new Mat(to - from, bgr.cols(), CV_8UC1)) {
            opacity.data().put(alpha, from * bgr.cols(), (to - from) * bgr.cols());
            Mat bgra = new Mat();
            cvtColor(colors, bgra, COLOR_BGR2BGRA);
            insertChannel(opacity, bgra, 3);
            return bgra;
        }
    }

    /** The opacity of each pixel, row by row. */
    private static byte[] alpha(Piece chunk, Frame size) throws IOException {
        int flags = chunk.bytes()[chunk.offset()];
        Piece data = new Piece(chunk.bytes(), chunk.offset() + 1, chunk.length() - 1);
        byte[] alpha;
        if ((flags & COMPRESSION) == 0) {
            alpha = new byte[Math.multiplyExact(size.width(), size.height())];
            System.arraycopy(data.bytes(), data.offset(), alpha, 0, alpha.length);
        } else {
            alpha = JavaReader.readGreen(WebpStructure.lossless(data, size.width(), size.height()), size);
        }
        unfilter(alpha, size.width(), flags >> FILTER_SHIFT & FILTER);
        return alpha;
    }

    /** Adds the predictions from which the stored values are the differences. */
    private static void unfilter(byte[] alpha, int width, int filter) {
        for (int i = 0; filter != 0 && i < alpha.length; i++) {
            int left = i % width > 0 ? alpha[i - 1] & 0xff : -1;
            int above = i >= width ? alpha[i - width] & 0xff : -1;
            int prediction;
            if (left < 0) {
                prediction = Math.max(above, 0);
            } else if (above < 0) {
                prediction = left;
            } else {
                prediction = switch (filter) {
                    case HORIZONTAL -> left;
                    case VERTICAL -> above;
                    case GRADIENT -> Math.max(0, Math.min(255, left + above - (alpha[i - width - 1] & 0xff)));
                    default -> throw new IllegalArgumentException("filter " + filter);
                };
            }
            alpha[i] += (byte) prediction;
        }
    }
}
