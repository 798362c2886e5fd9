package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Reduces decoded images as JPEG files are while they are decoded, so that the same photo gives about the same numbers in either
 * form: by a whole factor, to the number of pixels that contain the image, the last of which may go beyond its edge.
 */
final class Reduction {
    private Reduction() {}

    /**
     * Makes each pixel the mean of a square of pixels; beyond the edge the image goes on as it ends. The caller closes it.
     *
     * @param image 8-bit image of 3 channels
     * @param factor side of the squares
     */
    static Mat of(Mat image, int factor) {
        Mat reduced = new Mat(ceilDiv(image.rows(), factor), ceilDiv(image.cols(), factor), CV_8UC3);
        int columns = image.cols() / factor;
        int rows = image.rows() / factor;
        reduce(image, reduced, factor, new Tiles(0, 0, columns, rows));
        reduce(image, reduced, factor, new Tiles(columns, 0, reduced.cols() - columns, rows));
        reduce(image, reduced, factor, new Tiles(0, rows, reduced.cols(), reduced.rows() - rows));
        return reduced;
    }

    /** A rectangle of the reduced image. */
    private record Tiles(int x, int y, int width, int height) {}

    private static void reduce(Mat image, Mat reduced, int factor, Tiles tiles) {
        if (tiles.width() == 0 || tiles.height() == 0) {
            return;
        }
        int x = tiles.x() * factor;
        int y = tiles.y() * factor;
        int width = Math.min(tiles.width() * factor, image.cols() - x);
        int height = Math.min(tiles.height() * factor, image.rows() - y);
        try (Rect from = new Rect(x, y, width, height);
                Rect to = new Rect(tiles.x(), tiles.y(), tiles.width(), tiles.height());
                Mat source = new Mat(image, from);
                Mat whole = whole(source, tiles.width() * factor, tiles.height() * factor);
                Mat target = new Mat(reduced, to);
                Size size = target.size()) {
            resize(whole, target, size, 0, 0, INTER_AREA);
        }
    }

    private static Mat whole(Mat source, int width, int height) {
        Mat whole = new Mat(source);
        if (source.cols() < width || source.rows() < height) {
            copyMakeBorder(source, whole, 0, height - source.rows(), 0, width - source.cols(), BORDER_REPLICATE);
        }
        return whole;
    }

    private static int ceilDiv(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
