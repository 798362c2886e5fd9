package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.finetune.backend.PixelType;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;

/**
 * Turns image files into network input as {@link Preprocessing} says: JPEG, PNG, BMP, GIF, WebP, TIFF, HEIC and AVIF, told
 * apart by content. Training, evaluation and prediction all use it, so that the same file gives the same numbers everywhere.
 *
 * <p>The header is checked before anything is decoded: files that were cut off, that are no images or that claim more
 * pixels than allowed are refused with an {@link ImageDecodeException}. Damage within the compressed data of a
 * complete JPEG file is tolerated, as by other decoders. Only JPEG, lossy WebP, HEIC and AVIF are decoded by native code, the latter
 * two by a library that the system may have.
 *
 * <p>Instances may be used by several threads at once. OpenCV's own threads are turned off: images are decoded side by
 * side instead.
 */
public final class ImageDecoder {
    /** Most pixels of an image by default. */
    public static final int DEFAULT_MAX_PIXELS = 200_000_000;

    private final Preprocessing preprocessing;
    private final long maxPixels;
    private final PixelType pixels;
    private final LongAdder decodeNanos = new LongAdder();
    private final LongAdder resizeNanos = new LongAdder();

    /**
     * A decoder to the network's input, in float32.
     *
     * @param preprocessing the contract to follow
     * @param maxPixels most pixels that an image may have
     */
    public ImageDecoder(Preprocessing preprocessing, long maxPixels) {
        this(preprocessing, maxPixels, PixelType.FLOAT32);
    }

    private ImageDecoder(Preprocessing preprocessing, long maxPixels, PixelType pixels) {
        this.preprocessing = preprocessing;
        this.maxPixels = maxPixels;
        this.pixels = pixels;
    }

    /** The same decoder, for an engine that takes images in a way of its own. */
    public ImageDecoder to(PixelType wanted) {
        return new ImageDecoder(preprocessing, maxPixels, wanted);
    }

    /** Number of bytes of a view. */
    public long bytesPerView() {
        return (long) preprocessing.valuesPerImage() * pixels.bytes();
    }

    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * Writes several views of an image, decoding it only once where possible, and describes it.
     *
     * @param file content of the image file
     * @param views the views, of which the first is {@link View#PLAIN}
     * @param destination native memory whose current position is the first value of {@code [views, size, size, 3]}
     * @throws ImageDecodeException if the file is not usable; the destination may be written to in part
     */
    public ImageInfo decodeAndDescribe(byte[] file, List<View> views, Pointer destination) throws ImageDecodeException {
        if (!views.get(0).equals(View.PLAIN)) {
            throw new IllegalArgumentException("the first view is " + views.get(0));
        }
        return decode(file, views, destination, true);
    }

    /**
     * Writes several views of an image, decoding it only once where possible.
     *
     * @param file content of the image file
     * @param views the views
     * @param destination native memory whose current position is the first value of {@code [views, size, size, 3]}
     * @throws ImageDecodeException if the file is not usable; the destination may be written to in part
     */
    public void decode(byte[] file, List<View> views, Pointer destination) throws ImageDecodeException {
        decode(file, views, destination, false);
    }

    private ImageInfo decode(byte[] file, List<View> views, Pointer destination, boolean describe)
            throws ImageDecodeException {
        ImageInfo info = null;
        // None of these pointers is to be closed: that would free the memory of the destination. OpenCV would take any
        // position
        // for a number of bytes, so the address itself must be the right one.
        BytePointer memory = new BytePointer(destination).position(0);
        long first = destination.position() * destination.sizeof();
        try (SourceImage source = open(file)) {
            for (int i = 0; i < views.size(); i++) {
                decodeFor(views.get(i), source);
                long start = System.nanoTime();
                try (Mat rgb = source.render(views.get(i))) {
                    write(rgb, memory.getPointer(first + i * bytesPerView()));
                    if (describe && i == 0) {
                        info = source.info(PerceptualHash.of(rgb));
                    }
                }
                resizeNanos.add(System.nanoTime() - start);
            }
        }
        return info;
    }

    private void write(Mat rgb, Pointer place) {
        int size = preprocessing.size();
        try (Mat values = new Mat(size, size, pixels == PixelType.UINT8 ? CV_8UC3 : CV_32FC3, place)) {
            if (pixels == PixelType.UINT8) {
                rgb.copyTo(values);
            } else {
                rgb.convertTo(values, CV_32F, Preprocessing.SCALE, Preprocessing.OFFSET);
            }
        }
    }

    /**
     * A photo as it is to be shown, upright and in its own proportions: 8-bit RGB, {@code [height, width, 3]}. The caller
     * closes it.
     *
     * @param file content of the image file
     * @param longestSide most pixels of width and height; smaller photos keep their size
     * @throws ImageDecodeException if the file is not usable
     */
    public Mat thumbnail(byte[] file, int longestSide) throws ImageDecodeException {
        ImageHeader header = header(file);
        int largest = Math.max(header.width(), header.height());
        int reduction = header.format() == ImageFormat.JPEG
                ? Math.max(1, Math.min(8, Integer.highestOneBit(largest / longestSide)))
                : 1;
        try (Mat image = PixelReader.read(header, reduction)) {
            double scale = Math.min(1, (double) longestSide / Math.max(image.cols(), image.rows()));
            Mat rgb = new Mat();
            try (Size size = new Size(scaled(image.cols(), scale), scaled(image.rows(), scale))) {
                resize(image, rgb, size, 0, 0, INTER_AREA);
            }
            cvtColor(rgb, rgb, COLOR_BGR2RGB);
            return rgb;
        }
    }

    private static int scaled(int length, double scale) {
        return (int) Math.max(1, Math.round(length * scale));
    }

    /**
     * Renders views of a photo before their values are scaled: 8-bit RGB, {@code [size, size, 3]}. The caller closes them.
     *
     * @param file content of the image file
     * @throws ImageDecodeException if the file is not usable
     */
    public List<Mat> render(byte[] file, List<View> views) throws ImageDecodeException {
        List<Mat> rendered = new ArrayList<>();
        try (SourceImage source = open(file)) {
            for (View view : views) {
                decodeFor(view, source);
                rendered.add(source.render(view));
            }
        }
        return rendered;
    }

    /** Time spent decoding, in nanoseconds, in all threads together since this object was made. */
    public long decodeNanos() {
        return decodeNanos.sum();
    }

    /** Time spent making views of decoded images, in nanoseconds, likewise. */
    public long resizeNanos() {
        return resizeNanos.sum();
    }

    private SourceImage open(byte[] file) throws ImageDecodeException {
        return new SourceImage(header(file), preprocessing);
    }

    private ImageHeader header(byte[] file) throws ImageDecodeException {
        ImageHeader header = ImageHeader.read(file);
        if (header.pixels() > maxPixels) {
            throw new TooManyPixelsException(header, maxPixels);
        }
        return header;
    }

    private void decodeFor(View view, SourceImage source) throws ImageDecodeException {
        long start = System.nanoTime();
        source.decodeFor(view);
        decodeNanos.add(System.nanoTime() - start);
    }
}
