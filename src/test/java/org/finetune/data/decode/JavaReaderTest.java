package org.finetune.data.decode;

import static org.bytedeco.opencv.global.opencv_core.CV_16UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_16UC4;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC4;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.circle;
import static org.bytedeco.opencv.global.opencv_imgproc.line;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decoded in Java against OpenCV's libpng, libwebp, libtiff and BMP decoder: the same to the last bit. */
class JavaReaderTest {
    private static final int WIDTH = 200;
    private static final int HEIGHT = 100;

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "webp", "tiff"})
    void generatedFilesDecodeAsNatively(String format) throws IOException {
        Random random = new Random(4);
        for (int type : new int[] {CV_8UC1, CV_8UC3, CV_8UC4, CV_16UC1, CV_16UC3, CV_16UC4}) {
            boolean sixteen = type == CV_16UC1 || type == CV_16UC3 || type == CV_16UC4;
            if (sixteen && !format.equals("png") && !format.equals("tiff")) {
                continue;
            }
            for (int colors : new int[] {2, 7, 100_000}) {
                byte[] file = encode(format, image(random, type, colors), 101);
                assertSame(file, format + ", type " + type + ", colors " + colors);
            }
        }
    }

    /** High ratios of compression: most of the codes have a single symbol, and copies reach far. */
    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "webp", "tiff"})
    void largeFlatImagesAndDrawingsDecodeAsNatively(String format) throws IOException {
        try (Mat flat = new Mat(4000, 4200, CV_8UC3, Scalar.all(200));
                Mat drawing = new Mat(2500, 2400, CV_8UC3, Scalar.all(255))) {
            Random random = new Random(6);
            for (int i = 0; i < 40; i++) {
                Point from = new Point(random.nextInt(drawing.cols()), random.nextInt(drawing.rows()));
                Point to = new Point(random.nextInt(drawing.cols()), random.nextInt(drawing.rows()));
                line(drawing, from, to, new Scalar(random.nextInt(256), random.nextInt(256), random.nextInt(256), 0));
            }
            assertSame(encode(format, flat, 101), format + " of one colour");
            assertSame(encode(format, drawing, 101), format + " of lines");
        }
    }

    /** Several pixels of a row are packed into one, so that distances are larger than rows. */
    @Test
    void narrowWebpOfFewColorsDecodesAsNatively() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            try (Mat narrow = new Mat(1 + random.nextInt(60), 1 + random.nextInt(20), CV_8UC3, Scalar.all(9))) {
                for (int k = 0; k < 6; k++) {
                    Point place = new Point(random.nextInt(narrow.cols()), random.nextInt(narrow.rows()));
                    circle(narrow, place, 1 + random.nextInt(5), Scalar.all(80 * random.nextInt(3)));
                }
                assertSame(encode("webp", narrow, 101), narrow.cols() + " x " + narrow.rows());
            }
        }
    }

    /** Lossy WebP keeps libwebp's colors, while its opacity is decoded in Java. */
    @Test
    void opacityOfLossyWebpIsThatOfLibwebp() throws IOException {
        Random random = new Random(5);
        for (int quality : new int[] {10, 50, 90}) {
            for (int colors : new int[] {2, 7, 100_000}) {
                assertSame(
                        encode("webp", image(random, CV_8UC4, colors), quality), "quality " + quality + " " + colors);
            }
        }
    }

    @Test
    void oddFilesDecodeAsNatively() throws IOException {
        List<String> seen = new ArrayList<>();
        try (Stream<Path> files = Files.list(SharedMaterial.require("data/odd-images/pillow"))) {
            for (Path path : files.sorted().toList()) {
                byte[] file = Files.readAllBytes(path);
                ImageHeader header;
                try {
                    header = ImageHeader.read(file);
                    PixelReader.read(header, 1).close();
                } catch (ImageDecodeException e) {
                    continue;
                }
                if (header.format() == ImageFormat.PNG
                        || header.format() == ImageFormat.BMP
                        || header.format() == ImageFormat.WEBP) {
                    assertSame(file, path.toString());
                    seen.add(path.getFileName().toString());
                }
            }
        }
        assertTrue(seen.size() > 15, seen.toString());
    }

    /** What a reader makes of a file is as large as the header says, so that enough memory is set aside for it. */
    @Test
    void readersTakeTheMemoryThatHeadersSay() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (int[] kind : new int[][] {{1, 0}, {8, 0}, {16, 0}, {8, 2}, {16, 2}, {8, 4}, {16, 4}, {8, 6}, {16, 6}}) {
            byte[] samples = new byte[8 * WIDTH * HEIGHT];
            files.add(new PngBuilder(WIDTH, HEIGHT, kind[0], kind[1])
                    .pixels(samples)
                    .end());
        }
        for (int type : new int[] {CV_8UC1, CV_8UC3, CV_8UC4}) {
            try (Mat image = new Mat(HEIGHT, WIDTH, type, Scalar.all(7))) {
                files.add(encode("bmp", image, 101));
                files.add(encode("webp", image, 101));
                files.add(encode("tiff", image, 101));
            }
        }
        files.add(EncodedImages.encode(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED), "gif"));
        for (byte[] file : files) {
            ImageHeader header = ImageHeader.read(file);
            DataBuffer made = ImageIO.read(new ByteArrayInputStream(ImageHeader.Piece.join(header.pieces())))
                    .getRaster()
                    .getDataBuffer();
            long bytes =
                    (long) made.getNumBanks() * made.getSize() * DataBuffer.getDataTypeSize(made.getDataType()) / 8;
            long expected = header.workingBytes() * header.pixels();
            String kind = header.format() + ", " + bytes + " bytes, " + expected + " expected";
            assertTrue(bytes <= expected, kind);
            assertTrue(bytes >= expected / 8, kind);
        }
    }

    /** The decoder of JPEG keeps coefficients of 16 bits where scans add up; colours have a quarter of those of gray. */
    @Test
    void headersSayHowManyCoefficientsAreKept() throws IOException {
        assertEquals(0, workingBytes(BufferedImage.TYPE_INT_RGB, false));
        assertEquals(3, workingBytes(BufferedImage.TYPE_INT_RGB, true));
        assertEquals(2, workingBytes(BufferedImage.TYPE_BYTE_GRAY, true));
    }

    private static int workingBytes(int imageType, boolean progressive) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, imageType);
        byte[] file = progressive ? EncodedImages.progressive(image) : EncodedImages.encode(image, "jpg");
        return ImageHeader.read(file).workingBytes();
    }

    /** An image of blocks or noise in a number of colors, transparent ones among them. */
    private static Mat image(Random random, int type, int colors) {
        int width = 1 + random.nextInt(90);
        int height = 1 + random.nextInt(70);
        Mat mat = new Mat(height, width, type);
        int bytes = (int) mat.elemSize();
        byte[][] palette = new byte[Math.min(colors, width * height)][bytes];
        for (byte[] color : palette) {
            random.nextBytes(color);
        }
        byte[] pixels = new byte[width * height * bytes];
        for (int i = 0; i < width * height; i++) {
            int color = colors < 100 ? i % width / 7 + i / width / 5 : random.nextInt(palette.length);
            System.arraycopy(palette[color % palette.length], 0, pixels, i * bytes, bytes);
        }
        mat.data().put(pixels);
        return mat;
    }

    private static byte[] encode(String format, Mat mat, int webpQuality) {
        BytePointer out = new BytePointer();
        IntPointer quality = new IntPointer(IMWRITE_WEBP_QUALITY, webpQuality);
        assertTrue(imencode("." + format, mat, out, format.equals("webp") ? quality : new IntPointer()));
        byte[] bytes = new byte[(int) out.limit()];
        out.get(bytes);
        return bytes;
    }

    private static void assertSame(byte[] file, String name) throws IOException {
        ImageHeader header = ImageHeader.read(file);
        Mat actual = PixelReader.read(header, 1);
        // Nothing of these files is turned, placed on a canvas or has a transparent color that OpenCV would not apply.
        Mat decoded = imdecode(new Mat(1, file.length, CV_8UC1, new BytePointer(file)), IMREAD_UNCHANGED);
        Mat expected = decoded;
        if (decoded.type() != CV_8UC3) {
            expected = ColorConversion.toBgr(decoded.cols(), decoded.rows(), decoded::rowRange, header);
        }
        expected = PixelReader.upright(expected, header.orientation());
        assertEquals(expected.cols(), actual.cols(), name);
        assertEquals(expected.rows(), actual.rows(), name);
        assertArrayEquals(bytes(expected), bytes(actual), name);
    }

    private static byte[] bytes(Mat mat) {
        byte[] bytes = new byte[(int) (mat.total() * mat.elemSize())];
        mat.data().get(bytes);
        return bytes;
    }
}
