package org.finetune.data;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
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

import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Turns image files into network input as {@link Preprocessing} says: JPEG, PNG, BMP, GIF and WebP, told apart by
 * content. Training, evaluation and prediction all use it, so that the same file gives the same numbers everywhere.
 *
 * <p>The header is checked before anything is decoded: files that were cut off, that are no images or that claim more
 * pixels than allowed are refused with an {@link ImageDecodeException}. Damage within the compressed data of a
 * complete JPEG file is tolerated, as by other decoders.
 *
 * <p>Instances may be used by several threads at once. OpenCV's own threads are turned off: images are decoded side by
 * side instead.
 */
public final class ImageDecoder {
    /** Most pixels of an image by default: the limit at which Pillow suspects a decompression bomb. */
    public static final long DEFAULT_MAX_PIXELS = 178_956_970;

    /** Weights of red, green and blue in gray (ITU-R BT.601). */
    private static final double[] GRAY_WEIGHTS = {0.299, 0.587, 0.114};

    private static final int MAX_REDUCTION = 8;

    static {
        setNumThreads(0);
    }

    private final Preprocessing preprocessing;
    private final long maxPixels;
    private final LongAdder decodeNanos = new LongAdder();
    private final LongAdder resizeNanos = new LongAdder();

    /** A decoder that refuses images of more than {@link #DEFAULT_MAX_PIXELS}. */
    public ImageDecoder(Preprocessing preprocessing) {
        this(preprocessing, DEFAULT_MAX_PIXELS);
    }

    /**
     * A decoder.
     *
     * @param preprocessing the contract to follow
     * @param maxPixels most pixels that an image may have
     */
    public ImageDecoder(Preprocessing preprocessing, long maxPixels) {
        this.preprocessing = preprocessing;
        this.maxPixels = maxPixels;
    }

    /**
     * Loads OpenCV, which takes most of a second; to be called early in a thread of its own where that matters.
     * Without this call it happens at the first use.
     */
    public static void preload() {
        // Calling it has initialized the class.
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * Writes one view of an image as network input.
     *
     * @param file content of the image file
     * @param view the view
     * @param destination native memory whose current position is the first of
     *     {@link Preprocessing#valuesPerImage()} values, {@code [size, size, 3]}
     * @throws ImageDecodeException if the file is not usable; the destination may be written to in part
     */
    public void decode(byte[] file, View view, FloatPointer destination) throws ImageDecodeException {
        decode(file, List.of(view), destination);
    }

    /**
     * Writes several views of an image as network input, decoding it only once where possible.
     *
     * @param file content of the image file
     * @param views the views
     * @param destination native memory whose current position is the first value, {@code [views, size, size, 3]}
     * @throws ImageDecodeException if the file is not usable; the destination may be written to in part
     */
    public void decode(byte[] file, List<View> views, FloatPointer destination) throws ImageDecodeException {
        int size = preprocessing.size();
        // None of these pointers is to be closed: that would free the memory of the destination.
        FloatPointer memory = new FloatPointer(destination).position(0);
        try (Picture picture = new Picture(readHeader(file))) {
            for (int i = 0; i < views.size(); i++) {
                picture.require(views.get(i));
                long start = System.nanoTime();
                // OpenCV would take a position for a number of bytes, so the address itself must be the right one.
                FloatPointer values =
                        memory.getPointer(destination.position() + (long) i * preprocessing.valuesPerImage());
                try (Mat rgb = render(picture.pixels, views.get(i));
                        Mat scaled = new Mat(size, size, CV_32FC3, values)) {
                    rgb.convertTo(scaled, CV_32F, Preprocessing.SCALE, Preprocessing.OFFSET);
                }
                resizeNanos.add(System.nanoTime() - start);
            }
        }
    }

    /**
     * The 8-bit values of a view before they are scaled: {@code [size, size, 3]}, RGB.
     *
     * @throws ImageDecodeException if the file is not usable
     */
    public byte[] decodeToBytes(byte[] file, View view) throws ImageDecodeException {
        try (Picture picture = new Picture(readHeader(file))) {
            picture.require(view);
            try (Mat rgb = render(picture.pixels, view)) {
                byte[] bytes = new byte[preprocessing.valuesPerImage()];
                rgb.data().get(bytes);
                return bytes;
            }
        }
    }

    /** Time spent decoding, in nanoseconds, in all threads together since this object was made. */
    long decodeNanos() {
        return decodeNanos.sum();
    }

    /** Time spent making views of decoded images, in nanoseconds, likewise. */
    long resizeNanos() {
        return resizeNanos.sum();
    }

    private ImageHeader readHeader(byte[] file) throws ImageDecodeException {
        ImageHeader header = ImageHeader.read(file);
        if (header.pixels() > maxPixels) {
            throw new ImageDecodeException(header.width() + " x " + header.height() + " pixels, more than the allowed "
                    + maxPixels + " in all");
        }
        return header;
    }

    /**
     * The factor by which a JPEG file is reduced while it is decoded: the largest at which the view's crop is still at
     * least as large as the input.
     */
    private int reduction(ImageHeader header, View view) {
        if (header.format() != ImageFormat.JPEG) {
            return 1;
        }
        boolean swapped = ExifOrientation.swapsAxes(header.orientation());
        double width = view.width() * (swapped ? header.height() : header.width());
        double height = view.height() * (swapped ? header.width() : header.height());
        int reduction = MAX_REDUCTION;
        while (reduction > 1 && Math.min(width, height) < (double) preprocessing.size() * reduction) {
            reduction /= 2;
        }
        return reduction;
    }

    /** A view as 8-bit RGB of the input's size. */
    private Mat render(Mat picture, View view) {
        int size = preprocessing.size();
        int left = (int) Math.round(view.left() * picture.cols());
        int top = (int) Math.round(view.top() * picture.rows());
        int right = (int) Math.round((view.left() + view.width()) * picture.cols());
        int bottom = (int) Math.round((view.top() + view.height()) * picture.rows());
        left = Math.min(left, picture.cols() - 1);
        top = Math.min(top, picture.rows() - 1);
        Mat rgb = new Mat(size, size, CV_8UC3);
        try (Rect rectangle = new Rect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
                Mat crop = new Mat(picture, rectangle)) {
            stretch(crop, rgb);
        }
        if (view.mirrored()) {
            flip(rgb, rgb, 1);
        }
        cvtColor(rgb, rgb, COLOR_BGR2RGB);
        if (view.changesColor()) {
            changeColor(rgb, view);
        }
        return rgb;
    }

    /** Resizes along each axis by area averaging or bilinearly; OpenCV's area filter can only shrink. */
    private static void stretch(Mat from, Mat to) {
        int width = Math.min(from.cols(), to.cols());
        int height = Math.min(from.rows(), to.rows());
        if (width == to.cols() && height == to.rows()) {
            resizeTo(from, to, INTER_AREA);
        } else if (width == from.cols() && height == from.rows()) {
            resizeTo(from, to, INTER_LINEAR);
        } else {
            try (Mat shrunk = new Mat(height, width, CV_8UC3)) {
                resizeTo(from, shrunk, INTER_AREA);
                resizeTo(shrunk, to, INTER_LINEAR);
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

    /** The pixels of one file, decoded at the scale that the current view needs. */
    private final class Picture implements AutoCloseable {
        private final ImageHeader header;
        private Mat pixels;
        private int reduction;

        Picture(ImageHeader header) {
            this.header = header;
        }

        void require(View view) throws ImageDecodeException {
            int wanted = reduction(header, view);
            if (wanted == reduction) {
                return;
            }
            close();
            long start = System.nanoTime();
            pixels = PixelReader.read(header, wanted);
            reduction = wanted;
            decodeNanos.add(System.nanoTime() - start);
        }

        @Override
        public void close() {
            if (pixels != null) {
                pixels.close();
                pixels = null;
                reduction = 0;
            }
        }
    }
}
