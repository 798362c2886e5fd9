package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.finetune.data.decode.format.ImageDecodeException;
import org.finetune.data.decode.format.ImageHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Valid files that are made so that decoders take long: time grows with their length, not with its square. */
@Timeout(120)
class SlowFilesTest {
    private static final int SIDE = 60;
    private static final int MIB = 1 << 20;

    /** Bytes of a comment, application or plain-text block of 16 MiB before the image. */
    private static byte[] withExtension(byte[] gif, int label) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        int position = endOfColors(gif);
        file.write(gif, 0, position);
        file.write(0x21);
        file.write(label);
        byte[] block = new byte[256];
        block[0] = (byte) 255;
        for (int i = 0; i < 16 * MIB / block.length; i++) {
            file.writeBytes(block);
        }
        file.write(0);
        file.write(gif, position, gif.length - position);
        return file.toByteArray();
    }

    private static int endOfColors(byte[] gif) {
        return 13 + 3 * (2 << (gif[10] & 7));
    }

    private static byte[] gif() throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED);
        Random random = new Random(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.setRGB(i % SIDE, i / SIDE, random.nextInt());
        }
        return EncodedImages.encode(image, "gif");
    }

    private static byte[] decode(byte[] file) throws IOException {
        return Renderings.bytes(
                new ImageDecoder(new Preprocessing(SIDE), ImageDecoder.DEFAULT_MAX_PIXELS), file, View.PLAIN);
    }

    @Test
    void longBlocksBesideThePixelsOfAGif() throws IOException {
        byte[] gif = gif();
        byte[] expected = decode(gif);
        for (int label : new int[] {0xfe, 0xff, 0x01, 0xf9}) {
            byte[] file = withExtension(gif, label);
            byte[] pixels = assertTimeout(Duration.ofSeconds(10), () -> decode(file), "extension " + label);
            assertArrayEquals(expected, pixels, "extension " + label);
        }
    }

    /** Valid, if wasteful: a block may be as short as a byte. */
    @Test
    void gifInBlocksOfAByte() throws IOException {
        byte[] gif = gif();
        int position = endOfColors(gif);
        while (gif[position] == 0x21) {
            position += 2;
            while (gif[position] != 0) {
                position += 1 + Byte.toUnsignedInt(gif[position]);
            }
            position++;
        }
        assertTrue(gif[position + 9] >= 0, "There are further colours");
        position += 11;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(gif, 0, position);
        while (gif[position] != 0) {
            int length = Byte.toUnsignedInt(gif[position]);
            for (int i = 1; i <= length; i++) {
                file.write(1);
                file.write(gif[position + i]);
            }
            position += 1 + length;
        }
        file.write(gif, position, gif.length - position);
        assertArrayEquals(decode(gif), decode(file.toByteArray()));
    }

    @Test
    void pngInChunksOfAByte() throws IOException {
        byte[] pixels = PngBuilder.noise(600, 600, 1);
        byte[] whole = PngBuilder.rgb(600, 600, pixels);
        int start = 8 + 25 + 8;
        int length = ByteBuffer.wrap(whole).getInt(start - 8);
        PngBuilder file = new PngBuilder(600, 600, 8, PngBuilder.RGB);
        for (int i = 0; i < length; i++) {
            file.chunk("IDAT", new byte[] {whole[start + i]}).chunk("tEXt");
        }
        assertArrayEquals(decode(whole), decode(file.end()));
    }

    /** There is no file that takes longer than the limit which is really set, so it is made short. */
    @Test
    void fileThatIsStillReadAfterTheTimeLimitIsRefused() throws IOException {
        byte[] noise = PngBuilder.noise(600, 600, 1);
        for (byte[] file : Arrays.asList(PngBuilder.rgb(600, 600, noise), gif())) {
            ImageHeader header = ImageHeader.read(file);
            ImageDecodeException failure =
                    assertThrows(ImageDecodeException.class, () -> JavaReader.read(header, Duration.ofNanos(1)));
            assertEquals("decoding takes longer than 0 s", failure.getMessage());
        }
    }
}
