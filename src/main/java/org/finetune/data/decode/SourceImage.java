package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.mean;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_core.transform;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.Optional;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;

/**
 * An image file of which views are made. What consecutive views have in common is done once: decoding if they need the
 * same scale, and resizing if they have the same crop, as mirror images do.
 */
final class SourceImage implements AutoCloseable {
    /** Weights of red, green and blue in grey (ITU-R BT.601). */
    private static final double[] GRAY_WEIGHTS = {0.299, 0.587, 0.114};

    private static final int MAX_REDUCTION = 8;

    static {
        // This class is initialized by the first thread that decodes, so that loading OpenCV keeps no other waiting.
        setNumThreads(0);
    }

    private final ImageHeader header;
    private final Preprocessing preprocessing;
    private final int size;
    private final Mat stretched;
    /** The image at its full size, where it is not reduced while it is decoded; else null. */
    private Mat whole;

    private Mat decoded;
    private int reduction;
    private Rectangle crop;

    /** Edges of a crop in pixels. */
    private record Rectangle(int left, int top, int right, int bottom) {}

    /**
     * An image that is not yet decoded.
     *
     * @param preprocessing the contract for the views
     */
    SourceImage(ImageHeader header, Preprocessing preprocessing) {
        this.header = header;
        this.preprocessing = preprocessing;
        this.size = preprocessing.size();
        this.stretched = new Mat(size, size, CV_8UC3);
    }

    /**
     * Decodes the file at the scale that a view needs, unless that was done.
     *
     * @throws ImageDecodeException if the pixels are damaged
     */
    void decodeFor(View view) throws ImageDecodeException {
        int wanted = reductionFor(view);
        if (wanted != reduction) {
            closeDecoded();
            decoded = header.format() == ImageFormat.JPEG ? PixelReader.read(header, wanted) : reduced(wanted);
            reduction = wanted;
        }
    }

    private Mat reduced(int factor) throws ImageDecodeException {
        if (whole == null) {
            whole = PixelReader.read(header, 1);
        }
        return factor == 1 ? new Mat(whole) : Reduction.of(whole, factor);
    }

    /**
     * Makes the view for which the file was last decoded: {@code [size, size, 3]} in 8-bit RGB. The caller closes it.
     */
    Mat render(View view) {
        Rectangle wanted = crop(view);
        if (!wanted.equals(crop)) {
            stretch(wanted);
            crop = wanted;
        }
        Mat rgb = new Mat(size, size, CV_8UC3);
        cvtColor(stretched, rgb, COLOR_BGR2RGB);
        if (view.mirrored()) {
            flip(rgb, rgb, 1);
        }
        if (view.changesColor()) {
            changeColor(rgb, view);
        }
        return rgb;
    }

    /** The image's description, with the hash of its plain view. */
    ImageInfo info(Optional<PerceptualHash> hash) {
        return new ImageInfo(
                header.format().label(),
                header.uprightWidth(),
                header.uprightHeight(),
                header.pages(),
                hash.orElse(null));
    }

    @Override
    public void close() {
        closeDecoded();
        if (whole != null) {
            whole.close();
        }
        stretched.close();
    }

    private void closeDecoded() {
        if (decoded != null) {
            decoded.close();
            decoded = null;
            reduction = 0;
            crop = null;
        }
    }

    /** The factor by which the image is reduced: the largest at which the view's crop is still at least as large as the view. */
    private int reductionFor(View view) {
        if (!preprocessing.reduces(header.format())) {
            return 1;
        }
        Resize.Frame frame = preprocessing.resize().frame(header.uprightWidth(), header.uprightHeight());
        double width = view.width() * frame.width();
        double height = view.height() * frame.height();
        int largest = MAX_REDUCTION;
        while (largest > 1 && Math.min(width, height) < (double) size * largest) {
            largest /= 2;
        }
        return largest;
    }

    /** The edges of a view, which lie beyond those of the image where it is padded. */
    private Rectangle crop(View view) {
        Resize.Frame frame = preprocessing.resize().frame(decoded.cols(), decoded.rows());
        int left = toPixels(frame.left() + view.left() * frame.width(), decoded.cols() - 1);
        int top = toPixels(frame.top() + view.top() * frame.height(), decoded.rows() - 1);
        int right = (int) Math.round(frame.left() + (view.left() + view.width()) * frame.width());
        int bottom = (int) Math.round(frame.top() + (view.top() + view.height()) * frame.height());
        return new Rectangle(left, top, Math.max(left + 1, right), Math.max(top + 1, bottom));
    }

    private static int toPixels(double place, int maximum) {
        return (int) Math.min(Math.round(place), maximum);
    }

    /** Makes the input of a crop: what of it lies beyond the image is black. */
    private void stretch(Rectangle edges) {
        Rectangle inside = new Rectangle(
                Math.max(0, edges.left),
                Math.max(0, edges.top),
                Math.min(decoded.cols(), edges.right),
                Math.min(decoded.rows(), edges.bottom));
        if (inside.equals(edges)) {
            stretch(edges, stretched);
            return;
        }
        try (Scalar black = new Scalar(0, 0, 0, 0)) {
            stretched.put(black);
        }
        if (inside.left >= inside.right || inside.top >= inside.bottom) {
            return;
        }
        double horizontal = (double) size / (edges.right - edges.left);
        double vertical = (double) size / (edges.bottom - edges.top);
        int left = toPixels((inside.left - edges.left) * horizontal, size - 1);
        int top = toPixels((inside.top - edges.top) * vertical, size - 1);
        int right = Math.max(left + 1, toPixels((inside.right - edges.left) * horizontal, size));
        int bottom = Math.max(top + 1, toPixels((inside.bottom - edges.top) * vertical, size));
        try (Rect rectangle = new Rect(left, top, right - left, bottom - top);
                Mat part = new Mat(stretched, rectangle)) {
            stretch(inside, part);
        }
    }

    /** Resizes a crop along each axis by area averaging or bilinearly; OpenCV's area filter can only shrink. */
    private void stretch(Rectangle edges, Mat target) {
        int cropWidth = edges.right - edges.left;
        int cropHeight = edges.bottom - edges.top;
        int width = Math.min(cropWidth, target.cols());
        int height = Math.min(cropHeight, target.rows());
        try (Rect rectangle = new Rect(edges.left, edges.top, cropWidth, cropHeight);
                Mat source = new Mat(decoded, rectangle)) {
            if (width == target.cols() && height == target.rows()) {
                resizeTo(source, target, INTER_AREA);
            } else if (width == cropWidth && height == cropHeight) {
                resizeTo(source, target, INTER_LINEAR);
            } else {
                try (Mat shrunk = new Mat(height, width, CV_8UC3)) {
                    resizeTo(source, shrunk, INTER_AREA);
                    resizeTo(shrunk, target, INTER_LINEAR);
                }
            }
        }
    }

    private static void resizeTo(Mat from, Mat to, int filter) {
        try (Size size = to.size()) {
            resize(from, to, size, 0, 0, filter);
        }
    }

    /**
     * Changes brightness, then contrast, then saturation. All are linear, so that one matrix does it, with a single
     * rounding and clipping.
     */
    private static void changeColor(Mat rgb, View view) {
        double gain = view.brightness() * view.contrast();
        double offset = (1 - view.contrast()) * view.brightness() * meanGray(rgb);
        double[] matrix = new double[12];
        for (int to = 0; to < 3; to++) {
            for (int from = 0; from < 3; from++) {
                double own = to == from ? view.saturation() : 0;
                matrix[4 * to + from] = gain * (own + (1 - view.saturation()) * GRAY_WEIGHTS[from]);
            }
            matrix[4 * to + 3] = offset;
        }
        try (DoublePointer values = new DoublePointer(matrix);
                Mat coefficients = new Mat(3, 4, CV_64F, values)) {
            transform(rgb, rgb, coefficients);
        }
    }

    private static double meanGray(Mat rgb) {
        try (Scalar means = mean(rgb)) {
            double gray = 0;
            for (int i = 0; i < GRAY_WEIGHTS.length; i++) {
                gray += GRAY_WEIGHTS[i] * means.get(i);
            }
            return gray;
        }
    }
}
