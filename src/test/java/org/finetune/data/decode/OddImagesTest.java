package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.testing.SharedMaterial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The odd files of the shared material. */
class OddImagesTest {
    private static final int SIZE = 64;

    private final ImageDecoder decoder = new ImageDecoder(new Preprocessing(SIZE), ImageDecoder.DEFAULT_MAX_PIXELS);

    @Test
    void everyFileIsDecodedOrRefused() throws IOException {
        Map<String, String> refusals = new TreeMap<>();
        for (Path file : files()) {
            try {
                decode(file);
            } catch (ImageDecodeException e) {
                refusals.put(file.getFileName().toString(), e.getMessage());
            }
        }
        Map<String, String> expected = Map.of(
                "broken.png", "damaged PNG",
                "broken_data_stream.png", "damaged PNG",
                "truncated_end_chunk.png", "truncated PNG",
                "truncated_image.png", "truncated PNG",
                "truncated_jpeg.jpg", "truncated JPEG");
        assertEquals(new TreeMap<>(expected), refusals);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Landscape", "Portrait"})
    void everyOrientationShowsTheSameImage(String name) throws IOException {
        byte[] upright = decode(odd("exif_orientation/" + name + "_1.jpg"));
        for (int orientation = 0; orientation <= 8; orientation++) {
            byte[] turned = decode(odd("exif_orientation/" + name + "_" + orientation + ".jpg"));
            // Each file has the number of its orientation in the image.
            assertTrue(meanDifference(upright, turned) < 2, name + " " + orientation);
        }
    }

    @Test
    void everyFormatShowsTheSameImage() throws IOException {
        byte[] png = decode(odd("pillow/hopper.png"));
        for (String file : List.of("hopper.jpg", "hopper.bmp", "hopper.gif", "hopper.webp", "hopper_rle8.bmp")) {
            assertTrue(meanDifference(png, decode(odd("pillow/" + file))) < 3, file);
        }
        for (int orientation = 2; orientation <= 8; orientation++) {
            for (String extension : List.of(".jpg", ".webp")) {
                String file = "hopper_orientation_" + orientation + extension;
                assertTrue(meanDifference(png, decode(odd("pillow/" + file))) < 5, file);
            }
        }
    }

    /** Means of red, green and blue as Pillow 9.4 converts the files: transparent ones laid on white. */
    @Test
    void colorsAreThoseOfPillow() throws IOException {
        assertMeans(new double[] {30.2, 5.4, 7.4}, "pil_sample_cmyk.jpg");
        assertMeans(new double[] {190.4, 188.9, 172.0}, "pil123rgba.png");
        assertMeans(new double[] {211.0, 202.7, 204.1}, "transparent.png");
        assertMeans(new double[] {241.4, 241.4, 241.4}, "uncompressed_la.png");
        assertMeans(new double[] {123.9, 123.9, 123.9}, "l_trns.png");
        assertMeans(new double[] {255, 0, 0}, "mode_16bit.png");
        assertMeans(new double[] {57.4, 106.9, 168.5}, "icc_profile_big.jpg");
        assertMeans(new double[] {92.1, 92.1, 92.1}, "invalid-exif.jpg");
    }

    private void assertMeans(double[] expected, String name) throws IOException {
        byte[] pixels = decode(odd("pillow/" + name));
        for (int c = 0; c < 3; c++) {
            double sum = 0;
            for (int i = c; i < pixels.length; i += 3) {
                sum += pixels[i] & 0xff;
            }
            assertEquals(expected[c], sum / (SIZE * SIZE), 1.5, name);
        }
    }

    private byte[] decode(Path file) throws IOException {
        return Renderings.bytes(decoder, Files.readAllBytes(file), View.PLAIN);
    }

    private static double meanDifference(byte[] a, byte[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
        }
        return sum / a.length;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(odd(""))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Path odd(String name) {
        return SharedMaterial.require("data/odd-images/" + name);
    }
}
