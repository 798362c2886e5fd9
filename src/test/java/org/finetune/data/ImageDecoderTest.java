package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    /** Lossless, 40 x 30, red at half opacity. */
    private static final String TRANSPARENT_WEBP = "UklGRhwAAABXRUJQVlA4TA8AAAAvJ0AHEAcQ/Y8CBiKi/wEA";

    /** Lossless, 40 x 30, two frames: red, then green. */
    private static final String ANIMATED_WEBP = "UklGRoQAAABXRUJQVlA4WAoAAAACAAAAJwAAHQAAQU5JTQYAAAAAAAAAAABBTk1GKAAA"
            + "AAAAAAAAACcAAB0AAAAAAAJWUDhMDwAAAC8nQAcABxD9j/4HIqL/AQBBTk1GKAAAAAAAAAAAACcAAB0AAAAAAABWUDhMDwAAAC8nQAcA"
            + "B1DAiP4HIqL/AQA=";

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
    }

    @ParameterizedTest
    @CsvSource({
        "64, 48, 16",
        "37, 53, 16",
        "100, 20, 32",
        "20, 100, 32",
        "10, 7, 32",
        "33, 33, 32",
        "32, 32, 32",
        "1, 1, 8"
    })
    void resizesLikeTheReference(int width, int height, int size) throws IOException {
        byte[] pixels = PngBuilder.noise(width, height, 1);
        double[] expected = ReferenceResize.stretch(pixels, width, height, size);
        // Where one axis shrinks and the other grows, there is a rounding in between.
        double tolerance = (width > size) == (height > size) ? 1.01 : 1.51;
        byte[] actual = bytes(size, PngBuilder.rgb(width, height, pixels), View.PLAIN);
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
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(16));
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
    void laysTransparencyOnWhite() throws IOException {
        byte[] pixels = new byte[256 * 4];
        for (int i = 0; i < 256; i++) {
            pixels[4 * i] = (byte) 200;
            pixels[4 * i + 1] = (byte) (255 - i);
            pixels[4 * i + 2] = 0;
            pixels[4 * i + 3] = (byte) i;
        }
        byte[] actual = bytes(
                16,
                new PngBuilder(16, 16, 8, PngBuilder.RGB_ALPHA).pixels(pixels).end(),
                View.PLAIN);
        for (int i = 0; i < 256; i++) {
            for (int c = 0; c < 3; c++) {
                double alpha = i / 255.0;
                double expected = alpha * (pixels[4 * i + c] & 0xff) + 255 * (1 - alpha);
                assertEquals(expected, actual[3 * i + c] & 0xff, 0.5 + 1e-3, "opacity " + i);
            }
        }
    }

    @Test
    void laysTransparencyOf16BitsOnWhite() throws IOException {
        ByteBuffer pixels = ByteBuffer.allocate(4 * 8);
        int[] alphas = {0, 0x4000, 0xc123, 0xffff};
        for (int alpha : alphas) {
            pixels.putShort((short) 0x1234)
                    .putShort((short) 0x8000)
                    .putShort((short) 0xfedc)
                    .putShort((short) alpha);
        }
        byte[] png = new PngBuilder(2, 2, 16, PngBuilder.RGB_ALPHA)
                .pixels(pixels.array())
                .end();
        byte[] actual = bytes(2, png, View.PLAIN);
        for (int i = 0; i < alphas.length; i++) {
            double alpha = alphas[i] / 65535.0;
            int[] color = {0x1234, 0x8000, 0xfedc};
            for (int c = 0; c < 3; c++) {
                assertEquals((alpha * color[c] + 65535 * (1 - alpha)) / 257, actual[3 * i + c] & 0xff, 0.51);
            }
        }
    }

    @Test
    void roundsSixteenBits() throws IOException {
        ByteBuffer gray = ByteBuffer.allocate(16 * 16 * 2);
        for (int i = 0; i < 256; i++) {
            gray.putShort((short) (i * 257 + (i < 255 ? i % 257 - 128 + (i < 128 ? 128 : 0) : 0)));
        }
        byte[] actual = bytes(
                16,
                new PngBuilder(16, 16, 16, PngBuilder.GRAY).pixels(gray.array()).end(),
                View.PLAIN);
        for (int i = 0; i < 256; i++) {
            double expected = (gray.getShort(2 * i) & 0xffff) / 257.0;
            for (int c = 0; c < 3; c++) {
                assertEquals(expected, actual[3 * i + c] & 0xff, 0.501);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void expandsGrayAndItsTransparentValue(int bitDepth) throws IOException {
        int maximum = (1 << bitDepth) - 1;
        // One row of pixels with the values 0, 1, 0, 1, ..., of which 1 is transparent.
        byte[] row = new byte[bitDepth];
        for (int x = 0; x < 8; x++) {
            int bit = (x + 1) * bitDepth - 1;
            row[bit / 8] |= (byte) ((x & 1) << 7 - bit % 8);
        }
        byte[] rows = new byte[8 * bitDepth];
        for (int y = 0; y < 8; y++) {
            System.arraycopy(row, 0, rows, y * bitDepth, bitDepth);
        }
        byte[] opaque =
                new PngBuilder(8, 8, bitDepth, PngBuilder.GRAY).pixels(rows).end();
        byte[] transparent = new PngBuilder(8, 8, bitDepth, PngBuilder.GRAY)
                .chunk("tRNS", new byte[] {0, 1})
                .pixels(rows)
                .end();
        byte[] expectedRow = bytes(8, opaque, View.PLAIN);
        byte[] onWhite = bytes(8, transparent, View.PLAIN);
        for (int i = 0; i < expectedRow.length; i++) {
            int x = i / 3 % 8;
            assertEquals((x & 1) * 255 / maximum, expectedRow[i] & 0xff);
            assertEquals((x & 1) * 255, onWhite[i] & 0xff);
        }
    }

    @Test
    void appliesPaletteAndItsTransparency() throws IOException {
        byte[] palette = {10, 20, 30, (byte) 200, 100, 50};
        byte[] png = new PngBuilder(2, 2, 8, PngBuilder.PALETTE)
                .chunk("PLTE", palette)
                .chunk("tRNS", new byte[] {(byte) 255, 51})
                .pixels((byte) 0, (byte) 1, (byte) 1, (byte) 0)
                .end();
        byte[] actual = bytes(2, png, View.PLAIN);
        int[] expected = {10, 20, 30, 244, 224, 214, 244, 224, 214, 10, 20, 30};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i] & 0xff);
        }
    }

    @Test
    void makesTheTransparentColorWhite() throws IOException {
        byte[] png = new PngBuilder(2, 1, 8, PngBuilder.RGB)
                .chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3})
                .pixels((byte) 1, (byte) 2, (byte) 3, (byte) 3, (byte) 2, (byte) 1)
                .end();
        byte[] actual = bytes(2, png, View.PLAIN);
        assertArrayEquals(new byte[] {-1, -1, -1}, Arrays.copyOf(actual, 3));
        assertArrayEquals(new byte[] {3, 2, 1}, Arrays.copyOfRange(actual, 3, 6));
    }

    @Test
    void turnsPngByItsExif() throws IOException {
        byte[] pixels = PngBuilder.noise(8, 8, 5);
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0};
        byte[] png = new PngBuilder(8, 8, 8, PngBuilder.RGB)
                .chunk("eXIf", exif)
                .pixels(pixels)
                .end();
        byte[] actual = bytes(8, png, View.PLAIN);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                // Turned right: the left column becomes the upper row.
                assertPixel(pixels, (7 - x) * 8 + y, actual, y * 8 + x);
            }
        }
    }

    @Test
    void decodesGifWithTransparency() throws IOException {
        byte[] levels = {0, (byte) 200};
        IndexColorModel colors = new IndexColorModel(1, 2, levels, levels, levels, 0);
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED, colors);
        image.getRaster().setSample(3, 2, 0, 1);
        byte[] actual = bytes(8, encode(image, "gif"), View.PLAIN);
        for (int i = 0; i < 64; i++) {
            assertEquals(i == 2 * 8 + 3 ? 200 : 255, actual[3 * i] & 0xff);
        }
    }

    @Test
    void decodesWebpWithTransparency() throws IOException {
        byte[] actual = bytes(4, Base64.getDecoder().decode(TRANSPARENT_WEBP), View.PLAIN);
        for (int i = 0; i < 16; i++) {
            assertEquals(255, actual[3 * i] & 0xff);
            assertEquals(127, actual[3 * i + 1] & 0xff);
            assertEquals(127, actual[3 * i + 2] & 0xff);
        }
    }

    @Test
    void takesTheFirstFrameOfAnAnimation() throws IOException {
        byte[] webp = bytes(4, Base64.getDecoder().decode(ANIMATED_WEBP), View.PLAIN);
        for (int i = 0; i < 16; i++) {
            assertArrayEquals(new byte[] {-1, 0, 0}, Arrays.copyOfRange(webp, 3 * i, 3 * i + 3));
        }
    }

    @Test
    void placesAFrameOnAWhiteCanvas() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_BINARY);
        byte[] gif = encode(image, "gif");
        // A screen of 8 x 8 whose frame lies at (4, 2).
        gif[6] = 8;
        gif[8] = 8;
        int frame = indexOf(gif, (byte) 0x2c);
        gif[frame + 1] = 4;
        gif[frame + 3] = 2;
        byte[] actual = bytes(8, gif, View.PLAIN);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                boolean inFrame = x >= 4 && y >= 2 && y < 6;
                assertEquals(inFrame ? 0 : 255, actual[3 * (8 * y + x)] & 0xff, x + ", " + y);
            }
        }
    }

    private static int indexOf(byte[] bytes, byte value) {
        return IntStream.range(13, bytes.length)
                .filter(i -> bytes[i] == value)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void decodesBmp() throws IOException {
        byte[] pixels = PngBuilder.noise(8, 8, 6);
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64; i++) {
            image.setRGB(
                    i % 8,
                    i / 8,
                    (pixels[3 * i] & 0xff) << 16 | (pixels[3 * i + 1] & 0xff) << 8 | pixels[3 * i + 2] & 0xff);
        }
        assertArrayEquals(pixels, bytes(8, encode(image, "bmp"), View.PLAIN));
    }

    @Test
    void reducedJpegIsNearTheWholeOne() throws IOException {
        byte[] jpeg = encode(smoothPicture(400, 300), "jpg");
        // At 96 pixels the file is decoded at half its size, at 300 whole.
        byte[] large = bytes(300, jpeg, View.PLAIN);
        double[] expected = ReferenceResize.stretch(large, 300, 300, 96);
        byte[] actual = bytes(96, jpeg, View.PLAIN);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i] & 0xff, 6);
        }
    }

    @Test
    void plainViewDoesNotDependOnTheOthers() throws IOException {
        byte[] jpeg = encode(smoothPicture(400, 300), "jpg");
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(96));
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

    private static BufferedImage smoothPicture(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = (int) (127 + 120 * Math.sin(x / 17.0) * Math.cos(y / 23.0));
                image.setRGB(x, y, level << 16 | (255 - level) << 8 | level / 2);
            }
        }
        return image;
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "gif"})
    void refusesWhatIsCutOffAnywhere(String format) throws IOException {
        byte[] file = encode(smoothPicture(20, 15), format);
        bytes(8, file, View.PLAIN);
        // The last byte of a GIF file only says that no frame follows.
        int needed = format.equals("gif") ? file.length - 1 : file.length;
        for (int length = 0; length < needed; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(ImageDecodeException.class, () -> bytes(8, cut, View.PLAIN), "length " + length);
        }
    }

    @Test
    void refusesWebpThatIsCutOffAnywhere() {
        for (String webp : List.of(TRANSPARENT_WEBP, ANIMATED_WEBP)) {
            byte[] file = Base64.getDecoder().decode(webp);
            for (int length = 0; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                assertThrows(ImageDecodeException.class, () -> bytes(8, cut, View.PLAIN), "length " + length);
            }
        }
    }

    @Test
    void saysWhyAFileIsRefused() throws IOException {
        byte[] png = PngBuilder.rgb(4, 4, new byte[48]);
        byte[] flipped = png.clone();
        flipped[45] ^= 1;
        byte[] jpeg = encode(smoothPicture(20, 15), "jpg");
        assertEquals("empty file", refusal(new byte[0]));
        assertEquals("not an image of a known format", refusal("hello".getBytes()));
        assertEquals("damaged PNG", refusal(flipped));
        assertEquals("truncated PNG", refusal(Arrays.copyOf(png, png.length - 12)));
        assertEquals("truncated JPEG", refusal(Arrays.copyOf(jpeg, jpeg.length - 2)));
        assertEquals("PNG without pixels", refusal(PngBuilder.rgb(0, 4, new byte[0])));
    }

    @Test
    void refusesBombsByTheirHeader() throws IOException {
        byte[] png = new PngBuilder(100_000, 100_000, 8, PngBuilder.RGB)
                .chunk("IDAT", new byte[100])
                .end();
        assertEquals("100000 x 100000 pixels, more than the 200000000 that --max-pixels allows", refusal(png));
        byte[] jpeg = encode(smoothPicture(20, 15), "jpg");
        int frame = IntStream.range(0, jpeg.length - 1)
                .filter(i -> jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) 0xc0)
                .findFirst()
                .orElseThrow();
        Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0xf0);
        assertEquals("61680 x 61680 pixels, more than the 200000000 that --max-pixels allows", refusal(jpeg));
        ImageDecoder strict = new ImageDecoder(new Preprocessing(8), 15);
        byte[] sixteen = PngBuilder.rgb(4, 4, new byte[48]);
        assertThrows(ImageDecodeException.class, () -> strict.decodeToBytes(sixteen, View.PLAIN));
    }

    @Test
    void ignoresWhatFollowsTheImage() throws IOException {
        for (String format : List.of("jpg", "png", "bmp", "gif")) {
            byte[] file = encode(smoothPicture(20, 15), format);
            byte[] longer = Arrays.copyOf(file, file.length + 1000);
            assertArrayEquals(bytes(8, file, View.PLAIN), bytes(8, longer, View.PLAIN), format);
        }
    }

    private static String refusal(byte[] file) {
        return assertThrows(ImageDecodeException.class, () -> bytes(8, file, View.PLAIN))
                .getMessage();
    }

    private static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    private static byte[] bytes(int size, byte[] file, View view) throws IOException {
        return new ImageDecoder(new Preprocessing(size)).decodeToBytes(file, view);
    }

    private static float[] decode(int size, byte[] file, View view) throws IOException {
        Preprocessing preprocessing = new Preprocessing(size);
        try (FloatPointer destination = new FloatPointer((long) preprocessing.valuesPerImage())) {
            new ImageDecoder(preprocessing).decode(file, view, destination);
            float[] values = new float[preprocessing.valuesPerImage()];
            destination.get(values);
            return values;
        }
    }
}
