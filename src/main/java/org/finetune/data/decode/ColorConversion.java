package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_16U;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.bitwise_not;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.inRange;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGRA2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;

/** Turns what the decoders give into opaque 8-bit BGR. */
final class ColorConversion {
    /** Pixels converted at once, so that what is needed in between stays small and in the processor's cache. */
    private static final int BAND_PIXELS = 1 << 16;

    private static final double FROM_16_BITS = 1 / 257.0;

    private ColorConversion() {}

    /** The rows of an image, some of which are wanted at a time. */
    interface Rows {
        /**
         * Rows as a matrix: grey, BGR or BGRA with 8 or 16 bits a channel. It is changed and closed.
         *
         * @param from the first of them
         * @param to the first after them
         */
        Mat get(int from, int to) throws IOException;
    }

    /**
     * Converts an image to a new matrix.
     *
     * @param header says what is transparent
     * @throws ImageDecodeException if the image has another form
     * @throws IOException if its rows cannot be got
     */
    static Mat toBgr(int width, int height, Rows rows, ImageHeader header) throws IOException {
        Mat bgr = new Mat(height, width, CV_8UC3);
        toBgr(rows, header, bgr);
        return bgr;
    }

    /** Does so to a matrix that is there, which may be the one that the rows are made of. */
    static void toBgr(Rows rows, ImageHeader header, Mat bgr) throws IOException {
        int bandRows = Math.max(1, BAND_PIXELS / bgr.cols());
        for (int row = 0; row < bgr.rows(); row += bandRows) {
            int end = Math.min(bgr.rows(), row + bandRows);
            try (Mat from = rows.get(row, end);
                    Mat to = bgr.rowRange(row, end)) {
                convert(from, header, to);
            }
        }
    }

    private static void convert(Mat from, ImageHeader header, Mat to) throws ImageDecodeException {
        int depth = from.depth();
        int channels = from.channels();
        if (depth != CV_8U && depth != CV_16U || channels != 1 && channels != 3 && channels != 4) {
            throw new ImageDecodeException(header.format().label() + " of an unsupported kind");
        }
        if (channels == 1) {
            convertGray(from, header.transparent(), to);
        } else if (channels == 3) {
            convertColor(from, header.transparent(), to);
        } else if (header.transparent().size() == 1) {
            convertGrayPalette(from, header.transparent(), to);
        } else {
            switch (header.fourth()) {
                case OPACITY -> blendOnWhite(from, to);
                case PREMULTIPLIED_OPACITY -> addWhite(from, to);
                case BLACK -> convertInks(from, to);
                case UNUSED -> dropFourth(from, to);
            }
        }
    }

    private static void convertGray(Mat gray, List<Integer> transparent, Mat bgr) {
        makeWhite(gray, transparent);
        try (Mat bytes = new Mat()) {
            toEightBits(gray, bytes);
            cvtColor(bytes, bgr, COLOR_GRAY2BGR);
        }
    }

    /** Gray values of less than 8 bits, which are decoded by a palette of grays. */
    private static void convertGrayPalette(Mat bgra, List<Integer> transparent, Mat bgr) {
        try (Mat gray = new Mat()) {
            extractChannel(bgra, gray, 0);
            convertGray(gray, transparent, bgr);
        }
    }

    private static void convertColor(Mat color, List<Integer> transparent, Mat bgr) {
        makeWhite(color, transparent);
        toEightBits(color, bgr);
    }

    /** Makes the pixels of a colour white, for which a decoded image stands that is to be laid on white. */
    private static void makeWhite(Mat image, List<Integer> transparent) {
        if (transparent.size() != image.channels()) {
            return;
        }
        double[] color = transparent.size() == 1
                ? new double[] {transparent.get(0), 0, 0, 0}
                : new double[] {transparent.get(2), transparent.get(1), transparent.get(0), 0};
        double[] white = new double[color.length];
        Arrays.fill(white, maximum(image));
        try (Mat colorMat = column(color);
                Mat whiteMat = column(white);
                Mat mask = new Mat()) {
            inRange(image, colorMat, colorMat, mask);
            image.setTo(whiteMat, mask);
        }
    }

    /** Four values as OpenCV's functions take a scalar. */
    private static Mat column(double... values) {
        Mat column = new Mat(values.length, 1, CV_64F);
        new DoublePointer(column.data()).put(values);
        return column;
    }

    /** Computes {@code color * alpha + white * (1 - alpha)} with a single rounding, since white is the maximum. */
    private static void blendOnWhite(Mat bgra, Mat bgr) {
        try (Mat color = new Mat();
                Mat alpha = new Mat();
                Mat alphas = new Mat()) {
            cvtColor(bgra, color, COLOR_BGRA2BGR);
            extractChannel(bgra, alpha, 3);
            cvtColor(alpha, alphas, COLOR_GRAY2BGR);
            multiply(color, alphas, color, 1.0 / maximum(bgra), -1);
            bitwise_not(alphas, alphas);
            add(color, alphas, color);
            toEightBits(color, bgr);
        }
    }

    /** Does so where colours are multiplied by alpha already. */
    private static void addWhite(Mat bgra, Mat bgr) {
        try (Mat color = new Mat();
                Mat alpha = new Mat();
                Mat alphas = new Mat()) {
            cvtColor(bgra, color, COLOR_BGRA2BGR);
            extractChannel(bgra, alpha, 3);
            bitwise_not(alpha, alpha);
            cvtColor(alpha, alphas, COLOR_GRAY2BGR);
            add(color, alphas, color);
            toEightBits(color, bgr);
        }
    }

    /**
     * Computes {@code (1 - ink) * (1 - black)}, as other readers do that heed no colour profile.
     *
     * @param inks yellow, magenta, cyan and black
     */
    private static void convertInks(Mat inks, Mat bgr) {
        try (Mat color = new Mat();
                Mat light = new Mat();
                Mat lights = new Mat()) {
            bitwise_not(inks, inks);
            cvtColor(inks, color, COLOR_BGRA2BGR);
            extractChannel(inks, light, 3);
            cvtColor(light, lights, COLOR_GRAY2BGR);
            multiply(color, lights, color, 1.0 / maximum(inks), -1);
            toEightBits(color, bgr);
        }
    }

    private static void dropFourth(Mat bgra, Mat bgr) {
        try (Mat color = new Mat()) {
            cvtColor(bgra, color, COLOR_BGRA2BGR);
            toEightBits(color, bgr);
        }
    }

    private static void toEightBits(Mat from, Mat to) {
        from.convertTo(to, CV_8U, from.depth() == CV_16U ? FROM_16_BITS : 1, 0);
    }

    private static int maximum(Mat image) {
        return image.depth() == CV_16U ? 0xffff : 0xff;
    }
}
