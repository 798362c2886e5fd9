package org.finetune.data.decode.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class OpenCvDecoderTest {
    private final OpenCvDecoder decoder = new OpenCvDecoder();

    /** OpenCV itself would leave what is in the memory, such as another photo, and call that decoded. */
    @Test
    void fileWhoseHeaderIsNotAcceptedIsNotDecoded() {
        byte[] file = new byte[100];
        new Random(1).nextBytes(file);
        file[0] = (byte) 0xff;
        file[1] = (byte) 0xd8;
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * 4 * 4);
        assertFalse(decoder.decode(direct(file), 1, 4, 4, pixels));
        assertFalse(decoder.decode(direct(file), 1, 4, 4, pixels), "the second time");
    }

    /** Some first pixels are what is put there to notice that nothing is decoded. */
    @Test
    void everyFirstPixelIsDecoded() throws IOException {
        for (int bgr : new int[] {0xc53a91, 0x3ac56e, 0, 0xffffff}) {
            int rgb = Integer.reverseBytes(bgr) >>> Byte.SIZE;
            BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
            image.setRGB(0, 0, rgb);
            image.setRGB(1, 0, rgb);
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            ImageIO.write(image, "png", file);
            ByteBuffer pixels = ByteBuffer.allocateDirect(6);
            assertTrue(decoder.decode(direct(file.toByteArray()), 1, 2, 1, pixels), Integer.toHexString(bgr));
            byte[] decoded = new byte[6];
            pixels.get(0, decoded);
            byte[] expected = ByteBuffer.allocate(8)
                    .putInt(bgr << Byte.SIZE)
                    .putInt(3, bgr << Byte.SIZE)
                    .array();
            assertArrayEquals(Arrays.copyOf(expected, 6), decoded, Integer.toHexString(bgr));
        }
    }

    private static ByteBuffer direct(byte[] file) {
        return ByteBuffer.allocateDirect(file.length).put(0, file);
    }
}
