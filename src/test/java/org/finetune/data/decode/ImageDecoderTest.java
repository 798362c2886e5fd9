package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.backend.PixelType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of images in the size of the network. */
class ImageDecoderTest {
    @Test
    void scalesEveryValueExactly() throws IOException {
        byte[] pixels = new byte[16 * 16 * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) i;
        }
        float[] values = decode(16, PngBuilder.rgb(16, 16, pixels), View.PLAIN);
        for (int i = 0; i < pixels.length; i++) {
            assertEquals((i & 0xff) / 127.5 - 1, values[i], 2.5e-7);
        }
        assertArrayEquals(PixelType.scaled(pixels), values, "What a GPU makes of the bytes has other bits");
    }

    @Test
    void writesTheValuesThatAreScaledAsBytesToo() throws IOException {
        byte[] png = PngBuilder.rgb(40, 30, PngBuilder.noise(40, 30, 1));
        List<View> views = List.of(View.PLAIN, View.MIRRORED);
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(16), ImageDecoder.DEFAULT_MAX_PIXELS);
        float[] floats = new float[2 * 16 * 16 * 3];
        byte[] bytes = new byte[floats.length];
        try (FloatPointer scaled = new FloatPointer(floats.length + 5L);
                BytePointer pixels = new BytePointer(floats.length + 5L)) {
            decoder.decode(png, views, scaled.position(5));
            decoder.to(PixelType.UINT8).decode(png, views, pixels.position(5));
            scaled.get(floats);
            pixels.get(bytes);
        }
        assertArrayEquals(PixelType.scaled(bytes), floats);
    }

    /** The last number is the factor by which the image is reduced first. */
    @ParameterizedTest
    @CsvSource({
        "64, 48, 16, 2",
        "37, 53, 16, 2",
        "71, 69, 16, 4",
        "130, 131, 16, 8",
        "300, 140, 16, 8",
        "100, 20, 32, 1",
        "20, 100, 32, 1",
        "10, 7, 32, 1",
        "33, 33, 32, 1",
        "32, 32, 32, 1",
        "1, 1, 8, 1"
    })
    void resizesLikeTheReference(int width, int height, int size, int factor) throws IOException {
        byte[] pixels = PngBuilder.noise(width, height, 1);
        byte[] png = PngBuilder.rgb(width, height, pixels);
        // Where one axis shrinks and the other grows, or the image is reduced first, there is a rounding in between.
        double tolerance = (width > size) == (height > size) && factor == 1 ? 1.01 : 1.51;
        int columns = (width + factor - 1) / factor;
        int rows = (height + factor - 1) / factor;
        double[] expected =
                ReferenceResize.stretch(ReferenceResize.reduce(pixels, width, height, factor), columns, rows, size);
        assertNear(expected, bytes(size, png, View.PLAIN), tolerance);
        ImageDecoder former =
                new ImageDecoder(new Preprocessing(size, Resize.STRETCH, 1), ImageDecoder.DEFAULT_MAX_PIXELS);
        assertNear(
                ReferenceResize.stretch(pixels, width, height, size),
                Renderings.bytes(former, png, View.PLAIN),
                tolerance);
    }

    private static void assertNear(double[] expected, byte[] actual, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i] & 0xff, tolerance, "value " + i);
        }
    }

    @Test
    void mirrorsAndCrops() throws IOException {
        byte[] pixels = PngBuilder.noise(16, 16, 2);
        byte[] png = PngBuilder.rgb(16, 16, pixels);
        byte[] mirrored = bytes(16, png, View.MIRRORED);
        byte[] crop = bytes(8, png, new View(false, 0.25, 0.5, 0.5, 0.5, 1, 1, 1));
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                assertPixel(pixels, y * 16 + x, mirrored, y * 16 + 15 - x);
                if (x >= 4 && x < 12 && y >= 8) {
                    assertPixel(pixels, y * 16 + x, crop, (y - 8) * 8 + x - 4);
                }
            }
        }
    }

    private static byte[] bytes(int size, Resize resize, byte[] file, View view) throws IOException {
        return Renderings.bytes(
                new ImageDecoder(new Preprocessing(size, resize), ImageDecoder.DEFAULT_MAX_PIXELS), file, view);
    }

    @Test
    void cropTakesTheMiddleSquareAndViewsOfIt() throws IOException {
        byte[] pixels = PngBuilder.noise(24, 16, 4);
        byte[] png = PngBuilder.rgb(24, 16, pixels);
        byte[] middle = bytes(16, Resize.CROP, png, View.PLAIN);
        byte[] corner = bytes(8, Resize.CROP, png, new View(false, 0.5, 0.5, 0.5, 0.5, 1, 1, 1));
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                assertPixel(pixels, y * 24 + x + 4, middle, y * 16 + x);
                if (x >= 8 && y >= 8) {
                    assertPixel(pixels, y * 24 + x + 4, corner, (y - 8) * 8 + x - 8);
                }
            }
        }
    }

    @Test
    void padPutsTheWholeImageOnBlack() throws IOException {
        byte[] pixels = PngBuilder.noise(8, 16, 5);
        byte[] png = PngBuilder.rgb(8, 16, pixels);
        byte[] whole = bytes(16, Resize.PAD, png, View.PLAIN);
        byte[] corner = bytes(8, Resize.PAD, png, new View(false, 0, 0, 0.5, 0.5, 1, 1, 1));
        byte[] edge = bytes(4, Resize.PAD, png, new View(false, 0, 0, 0.25, 0.25, 1, 1, 1));
        byte[] black = new byte[3];
        for (int y = 0; y < 16; y++) {
            for (int x = 0; x < 16; x++) {
                boolean inside = x >= 4 && x < 12;
                byte[] expected = inside ? pixels : black;
                int place = inside ? y * 8 + x - 4 : 0;
                assertPixel(expected, place, whole, y * 16 + x);
                if (x < 8 && y < 8) {
                    assertPixel(expected, place, corner, y * 8 + x);
                }
            }
        }
        assertArrayEquals(new byte[4 * 4 * 3], edge);
    }

    private static void assertPixel(byte[] expected, int i, byte[] actual, int j) {
        assertArrayEquals(Arrays.copyOfRange(expected, 3 * i, 3 * i + 3), Arrays.copyOfRange(actual, 3 * j, 3 * j + 3));
    }

    @Test
    void changesColors() throws IOException {
        byte[] pixels = PngBuilder.noise(16, 16, 3);
        View view = new View(false, 0, 0, 1, 1, 1.1, 0.8, 1.2);
        byte[] actual = bytes(16, PngBuilder.rgb(16, 16, pixels), view);
        double meanGray = IntStream.range(0, 256)
                .mapToDouble(i -> 1.1 * gray(pixels, i))
                .average()
                .orElseThrow();
        for (int i = 0; i < 256; i++) {
            double gray = meanGray + 0.8 * (1.1 * gray(pixels, i) - meanGray);
            for (int c = 0; c < 3; c++) {
                double contrasted = meanGray + 0.8 * (1.1 * (pixels[3 * i + c] & 0xff) - meanGray);
                double expected = Math.max(0, Math.min(255, gray + 1.2 * (contrasted - gray)));
                assertEquals(expected, actual[3 * i + c] & 0xff, 1);
            }
        }
    }

    private static double gray(byte[] pixels, int i) {
        return 0.299 * (pixels[3 * i] & 0xff) + 0.587 * (pixels[3 * i + 1] & 0xff) + 0.114 * (pixels[3 * i + 2] & 0xff);
    }

    @Test
    void writesViewsOneAfterTheOther() throws IOException {
        byte[] png = PngBuilder.rgb(16, 16, PngBuilder.noise(16, 16, 4));
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(16), ImageDecoder.DEFAULT_MAX_PIXELS);
        int length = 16 * 16 * 3;
        try (FloatPointer destination = new FloatPointer(3L * length)) {
            decoder.decode(png, List.of(View.PLAIN, View.MIRRORED), new FloatPointer(destination).position(length));
            float[] values = new float[length];
            destination.position(length).get(values);
            assertArrayEquals(decode(16, png, View.PLAIN), values);
            destination.position(2L * length).get(values);
            assertArrayEquals(decode(16, png, View.MIRRORED), values);
            destination.position(0);
        }
    }

    @Test
    void reducedJpegIsNearTheWholeOne() throws IOException {
        byte[] jpeg = EncodedImages.smooth(400, 300, "jpg");
        // At 96 pixels the file is decoded at half its size, at 300 whole.
        byte[] large = bytes(300, jpeg, View.PLAIN);
        double[] expected = ReferenceResize.stretch(large, 300, 300, 96);
        byte[] actual = bytes(96, jpeg, View.PLAIN);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i] & 0xff, 6);
        }
    }

    /** The root of the mean square, of 255 values. */
    @ParameterizedTest
    @ValueSource(ints = {24, 40, 64})
    void samePhotoAsPngAndAsJpegIsNearlyTheSame(int size) throws IOException {
        List<Path> photos;
        try (Stream<Path> files = Files.walk(Path.of("data", "sample"))) {
            photos = files.filter(file -> file.toString().endsWith(".jpg"))
                    .sorted()
                    .limit(8)
                    .toList();
        }
        assertEquals(8, photos.size());
        for (Path photo : photos) {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(ImageIO.read(photo.toFile()), "png", png);
            byte[] fromPng = bytes(size, png.toByteArray(), View.PLAIN);
            byte[] fromJpeg = bytes(size, Files.readAllBytes(photo), View.PLAIN);
            double squares = IntStream.range(0, fromPng.length)
                    .mapToDouble(i -> Math.pow((fromPng[i] & 0xff) - (fromJpeg[i] & 0xff), 2))
                    .average()
                    .orElseThrow();
            assertEquals(0, Math.sqrt(squares), 3, photo.toString());
        }
    }

    @Test
    void plainViewDoesNotDependOnTheOthers() throws IOException {
        byte[] jpeg = EncodedImages.smooth(400, 300, "jpg");
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(96), ImageDecoder.DEFAULT_MAX_PIXELS);
        View crop = new View(false, 0.4, 0.4, 0.6, 0.6, 1, 1, 1);
        int length = 96 * 96 * 3;
        try (FloatPointer destination = new FloatPointer(3L * length)) {
            decoder.decode(jpeg, List.of(View.PLAIN, crop, View.PLAIN), destination);
            float[] values = new float[length];
            for (int k = 0; k < 3; k += 2) {
                destination.position((long) k * length).get(values);
                assertArrayEquals(decode(96, jpeg, View.PLAIN), values);
            }
            destination.position(0);
        }
    }

    private static byte[] bytes(int size, byte[] file, View view) throws IOException {
        return Renderings.bytes(new ImageDecoder(new Preprocessing(size), ImageDecoder.DEFAULT_MAX_PIXELS), file, view);
    }

    private static float[] decode(int size, byte[] file, View view) throws IOException {
        Preprocessing preprocessing = new Preprocessing(size);
        try (FloatPointer destination = new FloatPointer((long) preprocessing.valuesPerImage())) {
            new ImageDecoder(preprocessing, ImageDecoder.DEFAULT_MAX_PIXELS).decode(file, List.of(view), destination);
            float[] values = new float[preprocessing.valuesPerImage()];
            destination.get(values);
            return values;
        }
    }
}
