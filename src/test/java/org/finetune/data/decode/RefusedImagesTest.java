package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.finetune.data.decode.format.ImageDecodeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are damaged, cut off or too large. */
class RefusedImagesTest {
    @ParameterizedTest
    @ValueSource(strings = {"jpg", "png", "bmp", "gif"})
    void refusesWhatIsCutOffAnywhere(String format) throws IOException {
        byte[] file = EncodedImages.smooth(20, 15, format);
        decode(file);
        // The last byte of a GIF file only says that no frame follows.
        int needed = format.equals("gif") ? file.length - 1 : file.length;
        for (int length = 0; length < needed; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(ImageDecodeException.class, () -> decode(cut), "length " + length);
        }
    }

    @Test
    void refusesWebpThatIsCutOffAnywhere() {
        for (byte[] file : List.of(EncodedImages.transparentWebp(), EncodedImages.animatedWebp())) {
            for (int length = 0; length < file.length; length++) {
                byte[] cut = Arrays.copyOf(file, length);
                assertThrows(ImageDecodeException.class, () -> decode(cut), "length " + length);
            }
        }
    }

    @Test
    void saysWhyAFileIsRefused() throws IOException {
        byte[] png = PngBuilder.rgb(4, 4, new byte[48]);
        byte[] flipped = png.clone();
        flipped[45] ^= 1;
        byte[] jpeg = EncodedImages.smooth(20, 15, "jpg");
        assertEquals("empty file", refusal(new byte[0]));
        assertEquals("not an image of a known format", refusal("hello".getBytes(StandardCharsets.UTF_8)));
        assertEquals("damaged PNG", refusal(flipped));
        assertEquals("truncated PNG", refusal(Arrays.copyOf(png, png.length - 12)));
        assertEquals("truncated JPEG", refusal(Arrays.copyOf(jpeg, jpeg.length - 2)));
        assertEquals("PNG without pixels", refusal(PngBuilder.rgb(0, 4, new byte[0])));
    }

    @Test
    void refusesJpegThatContradictsItself() throws IOException {
        byte[] jpeg = EncodedImages.smooth(20, 15, "jpg");
        assertEquals("damaged JPEG", refusal(withoutSegments(jpeg, 0xdb)), "Quantization tables are missing");
        decode(withScans(jpeg, 2));
        assertEquals("JPEG of more than 100 scans", refusal(withScans(jpeg, 101)));
    }

    /** Which component a scan has cannot be told where several have the same number. */
    /** libjpeg decodes none of them. */
    @Test
    void refusesJpegThatIsTooWideOrTooHigh() throws IOException {
        byte[] jpeg = EncodedImages.smooth(8, 8, "jpg");
        int frame = EncodedImages.marker(jpeg, 0xc0);
        for (int place : new int[] {frame + 5, frame + 7}) {
            byte[] large = jpeg.clone();
            ByteBuffer.wrap(large).putShort(place, (short) 65_501);
            assertEquals("JPEG with more than 65,500 pixels along a side", refusal(large));
        }
    }

    @Test
    void refusesJpegWhoseScansAreAmbiguous() throws IOException {
        byte[] jpeg = EncodedImages.progressive(new BufferedImage(20, 15, BufferedImage.TYPE_INT_RGB));
        decode(jpeg);
        int frame = EncodedImages.marker(jpeg, 0xc2);
        // The first scan has all components.
        int first = EncodedImages.marker(jpeg, 0xda);
        for (int i = 0; i < 3; i++) {
            jpeg[frame + 10 + 3 * i] = 1;
            jpeg[first + 5 + 2 * i] = 1;
        }
        assertEquals("JPEG whose scans do not identify their components", refusal(jpeg));
    }

    /** A JPEG file of a single scan without the segments of a marker. */
    private static byte[] withoutSegments(byte[] jpeg, int marker) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(jpeg, 0, 2);
        int position = 2;
        for (int end = position; position < scan(jpeg); position = end) {
            end = position + 2 + Short.toUnsignedInt(ByteBuffer.wrap(jpeg).getShort(position + 2));
            if (Byte.toUnsignedInt(jpeg[position + 1]) != marker) {
                rest.write(jpeg, position, end - position);
            }
        }
        rest.write(jpeg, position, jpeg.length - position);
        return rest.toByteArray();
    }

    /** A JPEG file of a single scan with that scan several times. */
    private static byte[] withScans(byte[] jpeg, int scans) {
        int start = scan(jpeg);
        int end = jpeg.length - 2;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(jpeg, 0, start);
        for (int i = 0; i < scans; i++) {
            all.write(jpeg, start, end - start);
        }
        all.write(jpeg, end, 2);
        return all.toByteArray();
    }

    /** Where the scan begins. */
    private static int scan(byte[] jpeg) {
        int position = 2;
        while (Byte.toUnsignedInt(jpeg[position + 1]) != 0xda) {
            position += 2 + Short.toUnsignedInt(ByteBuffer.wrap(jpeg).getShort(position + 2));
        }
        return position;
    }

    @Test
    void refusesBombsByTheirHeader() throws IOException {
        byte[] png = new PngBuilder(100_000, 100_000, 8, PngBuilder.RGB)
                .chunk("IDAT", new byte[100])
                .end();
        assertEquals("100000 x 100000 pixels, more than the 200000000 that --max-pixels allows", refusal(png));
        byte[] jpeg = EncodedImages.smooth(20, 15, "jpg");
        int frame = EncodedImages.marker(jpeg, 0xc0);
        Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0xf0);
        assertEquals("61680 x 61680 pixels, more than the 200000000 that --max-pixels allows", refusal(jpeg));
        ImageDecoder strict = new ImageDecoder(new Preprocessing(8), 15);
        byte[] sixteen = PngBuilder.rgb(4, 4, new byte[48]);
        assertThrows(ImageDecodeException.class, () -> Renderings.bytes(strict, sixteen, View.PLAIN));
    }

    private static String refusal(byte[] file) {
        return assertThrows(ImageDecodeException.class, () -> decode(file)).getMessage();
    }

    private static byte[] decode(byte[] file) throws IOException {
        return Renderings.bytes(
                new ImageDecoder(new Preprocessing(8), ImageDecoder.DEFAULT_MAX_PIXELS), file, View.PLAIN);
    }
}
