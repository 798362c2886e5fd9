package org.finetune.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** JPEG photos as large as a camera's: pictures of the sample, enlarged, with a sensor's noise. */
final class CameraPhoto {
    private static final Path SAMPLE = Path.of("data", "sample");
    /** Width of a photo of 12 megapixels; the height of all is three quarters of the width. */
    private static final int WIDTH = 4032;
    /** Standard deviation of the noise of a camera's sensor, in 8-bit values. */
    private static final double NOISE = 3;
    /** With it, photos of 12 megapixels have some 2.4 MB. */
    private static final int QUALITY = 95;

    private CameraPhoto() {}

    /**
     * Writes photos of 12 megapixels, in a directory for each class of the sample.
     *
     * @param arguments the directory, which is made, and the number of photos
     */
    public static void main(String[] arguments) throws IOException {
        List<Path> pictures;
        try (Stream<Path> files = Files.walk(SAMPLE)) {
            pictures = files.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .toList();
        }
        int photos = Integer.parseInt(arguments[1]);
        for (Path picture : IntStream.range(0, photos)
                .mapToObj(i -> pictures.get(i * pictures.size() / photos))
                .toList()) {
            Path file = Path.of(arguments[0]).resolve(SAMPLE.relativize(picture));
            Files.createDirectories(file.getParent());
            Files.write(file, of(picture, WIDTH));
        }
    }

    /** The JPEG file of a picture, enlarged to a width in pixels. */
    static byte[] of(Path picture, int width) {
        int height = width * 3 / 4;
        try (Mat sample = opencv_imgcodecs.imread(picture.toString());
                Mat image = new Mat();
                Size enlarged = new Size(width, height);
                Mat noise = new Mat(height, width, opencv_core.CV_8SC3);
                Mat mean = new Mat(1, 1, opencv_core.CV_64F, Scalar.all(0));
                Mat deviation = new Mat(1, 1, opencv_core.CV_64F, Scalar.all(NOISE));
                IntPointer quality = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, QUALITY);
                BytePointer encoded = new BytePointer()) {
            opencv_imgproc.resize(sample, image, enlarged, 0, 0, opencv_imgproc.INTER_CUBIC);
            opencv_core.randn(noise, mean, deviation);
            opencv_core.add(image, noise, image, new Mat(), opencv_core.CV_8U);
            opencv_imgcodecs.imencode(".jpg", image, encoded, quality);
            byte[] content = new byte[(int) encoded.limit()];
            encoded.get(content);
            return content;
        }
    }
}
