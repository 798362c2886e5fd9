package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pixels of each format become: transparency, depth, palettes, frames. */
class ImageFormatsTest {
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
                new PngBuilder(16, 16, 8, PngBuilder.RGB_ALPHA).pixels(pixels).end());
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
        byte[] actual = bytes(2, png);
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
                new PngBuilder(16, 16, 16, PngBuilder.GRAY).pixels(gray.array()).end());
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
        byte[] expectedRow = bytes(8, opaque);
        byte[] onWhite = bytes(8, transparent);
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
        byte[] actual = bytes(2, png);
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
        byte[] actual = bytes(2, png);
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
        byte[] actual = bytes(8, png);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                // Turned right: the left column becomes the upper row.
                int from = 3 * ((7 - x) * 8 + y);
                int to = 3 * (y * 8 + x);
                assertArrayEquals(Arrays.copyOfRange(pixels, from, from + 3), Arrays.copyOfRange(actual, to, to + 3));
            }
        }
    }

    @Test
    void decodesGifWithTransparency() throws IOException {
        byte[] levels = {0, (byte) 200};
        IndexColorModel colors = new IndexColorModel(1, 2, levels, levels, levels, 0);
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED, colors);
        image.getRaster().setSample(3, 2, 0, 1);
        byte[] actual = bytes(8, EncodedImages.encode(image, "gif"));
        for (int i = 0; i < 64; i++) {
            assertEquals(i == 2 * 8 + 3 ? 200 : 255, actual[3 * i] & 0xff);
        }
    }

    @Test
    void decodesWebpWithTransparency() throws IOException {
        byte[] actual = bytes(4, EncodedImages.transparentWebp());
        for (int i = 0; i < 16; i++) {
            assertEquals(255, actual[3 * i] & 0xff);
            assertEquals(127, actual[3 * i + 1] & 0xff);
            assertEquals(127, actual[3 * i + 2] & 0xff);
        }
    }

    @Test
    void takesTheFirstFrameOfAnAnimation() throws IOException {
        byte[] webp = bytes(4, EncodedImages.animatedWebp());
        for (int i = 0; i < 16; i++) {
            assertArrayEquals(new byte[] {-1, 0, 0}, Arrays.copyOfRange(webp, 3 * i, 3 * i + 3));
        }
    }

    @Test
    void placesAFrameOnAWhiteCanvas() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_BINARY);
        byte[] gif = EncodedImages.encode(image, "gif");
        // A screen of 8 x 8 whose frame lies at (4, 2).
        gif[6] = 8;
        gif[8] = 8;
        int frame = indexOf(gif, (byte) 0x2c);
        gif[frame + 1] = 4;
        gif[frame + 3] = 2;
        byte[] actual = bytes(8, gif);
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
        assertArrayEquals(pixels, bytes(8, EncodedImages.encode(image, "bmp")));
    }

    @Test
    void takesTheHeightOfJpegFromBehindTheScan() throws IOException {
        byte[] jpeg = EncodedImages.smooth(20, 15, "jpg");
        int frame = EncodedImages.marker(jpeg, 0xc0);
        byte[] lines = {(byte) 0xff, (byte) 0xdc, 0, 4, jpeg[frame + 5], jpeg[frame + 6]};
        byte[] later = Arrays.copyOf(jpeg, jpeg.length + lines.length);
        Arrays.fill(later, frame + 5, frame + 7, (byte) 0);
        System.arraycopy(lines, 0, later, jpeg.length - 2, lines.length);
        System.arraycopy(jpeg, jpeg.length - 2, later, later.length - 2, 2);
        assertArrayEquals(bytes(8, jpeg), bytes(8, later));
    }

    @Test
    void tellsComponentsOfJpegWithTheSameNumberByTheirOrder() throws IOException {
        byte[] jpeg = EncodedImages.smooth(20, 15, "jpg");
        byte[] same = jpeg.clone();
        int frame = EncodedImages.marker(jpeg, 0xc0);
        int scan = EncodedImages.marker(jpeg, 0xda);
        for (int i = 0; i < 3; i++) {
            same[frame + 10 + 3 * i] = 1;
            same[scan + 5 + 2 * i] = 1;
        }
        assertArrayEquals(bytes(8, jpeg), bytes(8, same));
    }

    @Test
    void ignoresWhatFollowsTheImage() throws IOException {
        for (String format : List.of("jpg", "png", "bmp", "gif", "tif")) {
            byte[] file = EncodedImages.smooth(20, 15, format);
            byte[] longer = Arrays.copyOf(file, file.length + 1000);
            assertArrayEquals(bytes(8, file), bytes(8, longer), format);
        }
    }

    private static byte[] bytes(int size, byte[] file) throws IOException {
        return Renderings.bytes(
                new ImageDecoder(new Preprocessing(size), ImageDecoder.DEFAULT_MAX_PIXELS), file, View.PLAIN);
    }
}
