package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;
import org.finetune.data.decode.process.HeifLibrary;
import org.finetune.data.decode.process.HeifLibrary.Codec;
import org.junit.jupiter.api.Test;

/** HEIC and AVIF files that heif-enc made of an image, against that image. */
class HeifTest {
    private static final int WIDTH = 70;
    private static final int HEIGHT = 46;

    @Test
    void colorsAreThoseOfTheImage() throws IOException {
        require(Codec.HEVC);
        assertLike(original(), EncodedImages.heic());
        require(Codec.AV1);
        assertLike(original(), EncodedImages.avif());
    }

    @Test
    void imageIsTurnedAsTheFileSays() throws IOException {
        require(Codec.HEVC);
        BufferedImage original = original();
        BufferedImage turned = new BufferedImage(/* width= */ HEIGHT, /* height= */ WIDTH, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                // Anticlockwise: the right column becomes the upper row.
                turned.setRGB(y, WIDTH - 1 - x, original.getRGB(x, y));
            }
        }
        assertLike(turned, EncodedImages.turnedHeic());
    }

    @Test
    void transparencyIsLaidOnWhite() throws IOException {
        require(Codec.AV1);
        BufferedImage original = original();
        BufferedImage onWhite = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                // The left half is transparent.
                onWhite.setRGB(x, y, x < WIDTH / 2 ? 0xffffff : original.getRGB(x, y));
            }
        }
        assertLike(onWhite, EncodedImages.transparentAvif());
    }

    private static void require(Codec codec) {
        assumeTrue(
                HeifLibrary.find().filter(library -> library.has(codec)).isPresent(),
                () -> "Skipped: the system has no libheif that decodes " + codec + "; .ci/run installs it");
    }

    private static BufferedImage original() throws IOException {
        return ImageIO.read(new ByteArrayInputStream(EncodedImages.smooth(WIDTH, HEIGHT, "png")));
    }

    private static void assertLike(BufferedImage expected, byte[] file) throws IOException {
        ImageHeader header = ImageHeader.read(file);
        assertEquals(expected.getWidth(), header.width());
        assertEquals(expected.getHeight(), header.height());
        try (Mat bgr = PixelReader.read(header, 1)) {
            byte[] actual = new byte[(int) (bgr.total() * 3)];
            bgr.data().get(actual);
            double sum = 0;
            for (int i = 0; i < actual.length; i++) {
                int pixel = i / 3;
                int rgb = expected.getRGB(pixel % expected.getWidth(), pixel / expected.getWidth());
                sum += Math.abs((rgb >> 8 * (i % 3) & 0xff) - (actual[i] & 0xff));
            }
            assertTrue(sum / actual.length < 2.5, "mean difference " + sum / actual.length);
        }
    }

    @Test
    void whatIsCutOffAnywhereIsRefused() throws IOException {
        for (byte[] file : List.of(EncodedImages.heic(), EncodedImages.avif())) {
            ImageHeader.read(file);
            for (int length = 0; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                assertThrows(ImageDecodeException.class, () -> ImageHeader.read(cut), "length " + length);
            }
        }
    }

    @Test
    void whatContradictsItselfIsRefused() {
        String text = new String(EncodedImages.heic(), StandardCharsets.ISO_8859_1);
        byte[] without = "\0\0\0\u0018ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("HEIC without a still image", refusal(without));
        String huge = refusal(withSize(text.lastIndexOf("ispe")));
        assertTrue(huge.contains("more than the 200000000 that --max-pixels allows"), huge);
        assertEquals("damaged HEIC", refusal(withSize(text.indexOf("ispe"))), "A tile that is larger than the image");
        byte[] unknown = text.replace("grid", "abcd").getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("HEIC of an unsupported kind", refusal(unknown));
    }

    /** The HEIC file with a huge size in a box that states one: that of a tile comes first, that of the image last. */
    private static byte[] withSize(int box) {
        byte[] file = EncodedImages.heic();
        Arrays.fill(file, box + 8, box + 16, (byte) 0x7f);
        return file;
    }

    private static String refusal(byte[] file) {
        ImageDecoder decoder = new ImageDecoder(new Preprocessing(8), ImageDecoder.DEFAULT_MAX_PIXELS);
        return assertThrows(ImageDecodeException.class, () -> Renderings.bytes(decoder, file, View.PLAIN))
                .getMessage();
    }
}
