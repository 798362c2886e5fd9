package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Optional;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * What an image looks like, in 128 bits, few of which change when it is saved again, resized or slightly retouched: the
 * difference hash (dHash) of N. Krawetz, "Kind of Like That", hackerfactor.com 2013, along rows and, as in B. Hoyt's
 * {@code dhash}, along columns too. The image is shrunk to 9 x 9 grey values by area averaging; a bit of the first word
 * says whether a value is less than its right neighbour, one of the second whether it is less than the one below it.
 *
 * @param rows 8 x 8 comparisons along rows, row by row
 * @param columns 8 x 8 comparisons along columns, row by row
 */
public record PerceptualHash(long rows, long columns) {
    /** Number of bits. */
    public static final int BITS = 128;

    private static final int SIDE = 8;
    private static final int POINTS = SIDE + 1;
    /** Gray values that span less than this are a plain area, whose comparisons say nothing about the image. */
    private static final int LEAST_CONTRAST = 16;

    /** The number of bits in which two hashes differ, from 0 to {@link #BITS}. */
    public int distance(PerceptualHash other) {
        return Long.bitCount(rows ^ other.rows) + Long.bitCount(columns ^ other.columns);
    }

    /**
     * The hash of an image.
     *
     * @param rgb 8-bit RGB, at least 9 x 9 pixels
     * @return the hash, unless the image has too little contrast to have one
     */
    static Optional<PerceptualHash> of(Mat rgb) {
        byte[] bytes = new byte[POINTS * POINTS];
        try (Mat gray = new Mat();
                Size size = new Size(POINTS, POINTS);
                Mat small = new Mat(POINTS, POINTS, CV_8UC1)) {
            cvtColor(rgb, gray, COLOR_RGB2GRAY);
            resize(gray, small, size, 0, 0, INTER_AREA);
            small.data().get(bytes);
        }
        return of(bytes);
    }

    /** The hash of 9 x 9 grey values, row by row. */
    static Optional<PerceptualHash> of(byte[] gray) {
        int least = 255;
        int greatest = 0;
        for (byte value : gray) {
            least = Math.min(least, value & 0xff);
            greatest = Math.max(greatest, value & 0xff);
        }
        if (greatest - least < LEAST_CONTRAST) {
            return Optional.empty();
        }
        long rows = 0;
        long columns = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int value = gray[y * POINTS + x] & 0xff;
                rows = rows << 1 | (value < (gray[y * POINTS + x + 1] & 0xff) ? 1 : 0);
                columns = columns << 1 | (value < (gray[(y + 1) * POINTS + x] & 0xff) ? 1 : 0);
            }
        }
        return Optional.of(new PerceptualHash(rows, columns));
    }
}
