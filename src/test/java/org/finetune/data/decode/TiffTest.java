package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.testing.Python;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFF files of the kinds that are decoded, against Pillow and against what was written; and those that are not. */
class TiffTest {
    private static final int WIDTH = 61;
    private static final int HEIGHT = 47;

    /** Writes files of all modes and compressions, and beside each the pixels that Pillow reads from it, laid on white. */
    private static final String PILLOW =
            """
            import sys
            from PIL import Image
            directory, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            places = [(x, y) for y in range(height) for x in range(width)]
            rgb = Image.new("RGB", (width, height))
            rgb.putdata([((x * 4 + y) % 256, y * 5 % 256, (x * y) % 256) for x, y in places])
            rgba = rgb.copy()
            alpha = Image.new("L", rgb.size)
            alpha.putdata([x * 4 for x, y in places])
            rgba.putalpha(alpha)
            sixteen = Image.new("I;16", rgb.size)
            sixteen.putdata([x * 1000 + y for x, y in places])
            lossless = ["raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits"]
            images = {
                "1": (rgb.convert("1"), lossless + ["group3", "group4", "tiff_ccitt"]),
                "L": (rgb.convert("L"), lossless + ["jpeg"]),
                "LA": (rgba.convert("LA"), lossless),
                "P": (rgb.quantize(50), lossless),
                "RGB": (rgb, lossless + ["jpeg"]),
                "RGBA": (rgba, lossless),
                "CMYK": (rgb.convert("CMYK"), lossless),
                "YCbCr": (rgb.convert("YCbCr"), ["jpeg"]),
                "I16": (sixteen, lossless)}
            for mode, (image, compressions) in images.items():
                for compression in compressions:
                    path = f"{directory}/{mode}-{compression}"
                    image.save(path + ".tif", compression=compression)
                    read = Image.open(path + ".tif")
                    if mode == "I16":
                        pixels = bytes(byte for value in read.getdata() for byte in [round(value / 257)] * 3)
                    else:
                        white = Image.new("RGBA", read.size, "white")
                        white.alpha_composite(read.convert("RGBA"))
                        pixels = white.convert("RGB").tobytes()
                    open(path + ".rgb", "wb").write(pixels)
            """;

    @Test
    void pixelsAreThoseOfPillow(@TempDir Path directory) throws Exception {
        Python python = Python.with("PIL");
        python.run("-c", PILLOW, directory.toString(), "" + WIDTH, "" + HEIGHT);
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(file -> file.toString().endsWith(".tif"))
                    .sorted()
                    .toList();
        }
        assertEquals(46, files.size());
        for (Path file : files) {
            String name = file.getFileName().toString();
            byte[] expected = Files.readAllBytes(directory.resolve(name.replace(".tif", ".rgb")));
            byte[] actual = pixels(Files.readAllBytes(file));
            assertEquals(expected.length, actual.length, name);
            // Of opacity and inks, Pillow rounds more often.
            int tolerance = name.contains("A-") || name.startsWith("CMYK") ? 1 : 0;
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i] & 0xff, actual[i] & 0xff, tolerance, name + ", value " + i);
            }
        }
    }

    @Test
    void tilesAndPlanesAreReadLikeStrips() throws IOException {
        byte[] pixels = PngBuilder.noise(WIDTH, HEIGHT, 1);
        for (boolean tiled : new boolean[] {false, true}) {
            for (boolean planes : new boolean[] {false, true}) {
                for (boolean big : new boolean[] {false, true}) {
                    TiffBuilder tiff = new TiffBuilder(ByteOrder.BIG_ENDIAN, big, WIDTH, HEIGHT, 3, 8);
                    if (tiled) {
                        tiff.longs(TiffBuilder.TILE_WIDTH, 32).longs(TiffBuilder.TILE_HEIGHT, 16);
                    } else {
                        tiff.longs(TiffBuilder.ROWS_PER_STRIP, 16);
                    }
                    tiff.shorts(TiffBuilder.PLANAR, planes ? 2 : 1);
                    for (int plane = 0; plane < (planes ? 3 : 1); plane++) {
                        for (int y = 0; y < HEIGHT; y += 16) {
                            for (int x = 0; x < WIDTH; x += tiled ? 32 : WIDTH) {
                                tiff.strip(part(pixels, x, y, tiled ? 32 : WIDTH, planes ? plane : -1));
                            }
                        }
                    }
                    assertArrayEquals(pixels, pixels(tiff.end()), tiled + " " + planes + " " + big);
                }
            }
        }
    }

    /** Sixteen rows of a part of an image, of one band or of all; black beyond the edge. */
    private static byte[] part(byte[] pixels, int left, int top, int width, int band) {
        int bands = band < 0 ? 3 : 1;
        byte[] part = new byte[16 * width * bands];
        for (int y = top; y < Math.min(HEIGHT, top + 16); y++) {
            for (int x = left; x < Math.min(WIDTH, left + width); x++) {
                for (int c = 0; c < bands; c++) {
                    int from = 3 * (y * WIDTH + x) + (band < 0 ? c : band);
                    part[((y - top) * width + x - left) * bands + c] = pixels[from];
                }
            }
        }
        return part;
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "3, 2", "4, 5"})
    void sixteenBitsAreRoundedToEight(int samples, int photometric) throws IOException {
        ByteBuffer values = ByteBuffer.allocate(2 * samples * WIDTH * HEIGHT);
        new Random(2).nextBytes(values.array());
        TiffBuilder tiff = new TiffBuilder(ByteOrder.BIG_ENDIAN, false, WIDTH, HEIGHT, samples, 16)
                .shorts(TiffBuilder.PHOTOMETRIC, photometric)
                .strip(values.array());
        byte[] actual = pixels(tiff.end());
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int c = 0; c < 3; c++) {
                double value = values.getShort(2 * samples * i + (samples > 1 ? 2 * c : 0)) & 0xffff;
                double expected =
                        switch (photometric) {
                            case 0 -> 0xffff - value;
                            case 5 -> (0xffff - value)
                                    * (0xffff - (values.getShort(2 * samples * i + 6) & 0xffff))
                                    / 0xffff;
                            default -> value;
                        };
                assertEquals(expected / 257, actual[3 * i + c] & 0xff, 0.51, "pixel " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "2, 0", "2, 1", "4, 0", "4, 1", "8, 0", "8, 1"})
    void grayOfFewBitsBecomesEightWhicheverIsBlack(int bits, int photometric) throws IOException {
        byte[] row = {(byte) 0b0001_1011, (byte) 0b1110_0100};
        int width = 16 / bits;
        byte[] actual = pixels(new TiffBuilder(ByteOrder.LITTLE_ENDIAN, false, width, 1, 1, bits)
                .shorts(TiffBuilder.PHOTOMETRIC, photometric)
                .strip(row)
                .end());
        int stored = ByteBuffer.wrap(row).getShort() & 0xffff;
        int white = (1 << bits) - 1;
        for (int x = 0; x < width; x++) {
            int value = stored >> 16 - bits * (x + 1) & white;
            int level = 255 * (photometric == 0 ? white - value : value) / white;
            assertEquals(level, actual[3 * x] & 0xff, "pixel " + x);
        }
    }

    @Test
    void opacityIsThatOfItsKind() throws IOException {
        byte[] pixel = {100, 50, 20, (byte) 204};
        assertPixel(new int[] {131, 91, 67}, pixel, 2);
        assertPixel(new int[] {151, 101, 71}, pixel, 1);
        assertPixel(new int[] {100, 50, 20}, pixel, 0);
    }

    private static void assertPixel(int[] expected, byte[] pixel, int extra) throws IOException {
        byte[] actual = pixels(new TiffBuilder(1, 1, 4)
                .shorts(TiffBuilder.EXTRA_SAMPLES, extra)
                .strip(pixel)
                .end());
        for (int c = 0; c < 3; c++) {
            assertEquals(expected[c], actual[c] & 0xff, "kind " + extra);
        }
    }

    @Test
    void orientationIsApplied() throws IOException {
        byte[] turned = pixels(new TiffBuilder(2, 1, 1)
                .shorts(TiffBuilder.ORIENTATION, 3)
                .strip((byte) 10, (byte) 20)
                .end());
        assertArrayEquals(new byte[] {20, 20, 20, 10, 10, 10}, turned);
    }

    /** Smaller versions and masks, as maps have them, are no pages. */
    @Test
    void pagesAreCounted() throws IOException {
        TiffBuilder tiff = gray().following(1).following(4).following(2).following(0);
        assertEquals(3, ImageHeader.read(tiff.end()).pages());
        assertEquals(1, ImageHeader.read(gray().end()).pages());
        byte[] circle = gray().following(0).end();
        // The second directory leads back to the first.
        ByteBuffer file = ByteBuffer.wrap(circle).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(circle.length - 4, file.getInt(4));
        assertEquals(2, ImageHeader.read(circle).pages());
    }

    @Test
    void whatCannotBeUsedIsNamed() {
        String remedy = ", which is not supported; convert it to 8-bit RGB or grey";
        assertEquals(
                "TIFF of floating-point numbers" + remedy,
                refusal(new TiffBuilder(ByteOrder.LITTLE_ENDIAN, false, 2, 1, 1, 32)
                        .shorts(TiffBuilder.SAMPLE_FORMAT, 3)));
        assertEquals("TIFF of signed numbers" + remedy, refusal(gray().shorts(TiffBuilder.SAMPLE_FORMAT, 2)));
        assertEquals("TIFF of 8 bands, more than 4" + remedy, refusal(new TiffBuilder(2, 1, 8)));
        assertEquals(
                "TIFF of 12 bits a band" + remedy,
                refusal(new TiffBuilder(ByteOrder.LITTLE_ENDIAN, false, 2, 1, 1, 12)));
        assertEquals(
                "TIFF with colours of the kind CIE Lab" + remedy,
                refusal(new TiffBuilder(2, 1, 3).shorts(TiffBuilder.PHOTOMETRIC, 8)));
        assertEquals("TIFF compressed by Zstandard" + remedy, refusal(gray().shorts(TiffBuilder.COMPRESSION, 50000)));
        String raw = "a raw photo, which is not supported; convert it to JPEG or PNG";
        assertEquals(raw, refusal(gray().longs(50706, 1)));
        assertEquals(raw, refusal(gray().longs(TiffBuilder.SUBFILE_TYPE, 1).longs(330, 8)));
        assertEquals(raw, refusal(gray().shorts(TiffBuilder.PHOTOMETRIC, 32803)));
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertEquals("damaged TIFF", refusal(gray().longs(TiffBuilder.LENGTHS, 0)));
        assertEquals("truncated TIFF", refusal(gray().longs(TiffBuilder.LENGTHS, 1)), "Too few bytes for the pixels");
        assertEquals("truncated TIFF", refusal(gray().longs(TiffBuilder.OFFSETS, 1_000_000)));
        assertEquals("damaged TIFF", refusal(gray().shorts(TiffBuilder.PHOTOMETRIC, 3)), "A palette without colors");
        assertEquals("damaged TIFF", refusal(gray().longs(TiffBuilder.ROWS_PER_STRIP, 0)));
        assertEquals("TIFF without pixels", refusal(new TiffBuilder(0, 1, 1)));
        assertEquals(
                "damaged TIFF",
                refusal(gray().longs(TiffBuilder.TILE_WIDTH, 1 << 20).longs(TiffBuilder.TILE_HEIGHT, 1 << 20)),
                "A tile far larger than the image");
        // Strips that are the same bytes again and again would be a large file made of a small one.
        int[] offsets = new int[1000];
        int[] lengths = new int[1000];
        Arrays.fill(offsets, 8);
        Arrays.fill(lengths, 4096);
        TiffBuilder overlapping = new TiffBuilder(4096, 1000, 1)
                .longs(TiffBuilder.ROWS_PER_STRIP, 1)
                .longs(TiffBuilder.OFFSETS, offsets)
                .longs(TiffBuilder.LENGTHS, lengths)
                .strip(new byte[4096]);
        assertEquals("damaged TIFF", refusal(overlapping));
        assertEquals(
                "60000 x 60000 pixels, more than the 200000000 that --max-pixels allows",
                refusal(new TiffBuilder(60_000, 60_000, 1)
                        .shorts(TiffBuilder.COMPRESSION, 5)
                        .strip(new byte[100])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZW", "JPEG", "ZLib", "PackBits"})
    void whatIsCutOffAnywhereIsRefused(String compression) throws IOException {
        byte[] file = EncodedImages.tiff(20, 15, compression);
        pixels(file);
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(ImageDecodeException.class, () -> pixels(cut), "length " + length);
        }
    }

    private static TiffBuilder gray() {
        return new TiffBuilder(2, 1, 1).strip((byte) 10, (byte) 20);
    }

    private static String refusal(TiffBuilder tiff) {
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(8), ImageDecoder.DEFAULT_MAX_PIXELS);
        byte[] file = tiff.end();
        return assertThrows(ImageDecodeException.class, () -> Renderings.bytes(decoder, file, View.PLAIN))
                .getMessage();
    }

    /** The decoded pixels: 8-bit RGB, {@code [height, width, 3]}. */
    private static byte[] pixels(byte[] file) throws IOException {
        try (Mat bgr = PixelReader.read(ImageHeader.read(file), 1)) {
            assertTrue(bgr.isContinuous());
            byte[] bytes = new byte[(int) (bgr.total() * 3)];
            bgr.data().get(bytes);
            for (int i = 0; i < bytes.length; i += 3) {
                byte blue = bytes[i];
                bytes[i] = bytes[i + 2];
                bytes[i + 2] = blue;
            }
            return bytes;
        }
    }
}
