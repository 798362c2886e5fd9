package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Files of small images. */
final class EncodedImages {
    /** Lossless, 40 x 30, red at half opacity. */
    private static final String TRANSPARENT_WEBP = "UklGRhwAAABXRUJQVlA4TA8AAAAvJ0AHEAcQ/Y8CBiKi/wEA";

    /** Lossless, 40 x 30, two frames: red, then green. */
    private static final String ANIMATED_WEBP = "UklGRoQAAABXRUJQVlA4WAoAAAACAAAAJwAAHQAAQU5JTQYAAAAAAAAAAABBTk1GKAAA"
            + "AAAAAAAAACcAAB0AAAAAAAJWUDhMDwAAAC8nQAcABxD9j/4HIqL/AQBBTk1GKAAAAAAAAAAAACcAAB0AAAAAAABWUDhMDwAAAC8nQAcA"
            + "B1DAiP4HIqL/AQA=";

    private EncodedImages() {}

    static byte[] transparentWebp() {
        return Base64.getDecoder().decode(TRANSPARENT_WEBP);
    }

    static byte[] animatedWebp() {
        return Base64.getDecoder().decode(ANIMATED_WEBP);
    }

    /** An image without edges, which a lossy format changes little. */
    static byte[] smooth(int width, int height, String format) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int level = (int) (127 + 120 * Math.sin(x / 17.0) * Math.cos(y / 23.0));
                image.setRGB(x, y, level << 16 | (255 - level) << 8 | level / 2);
            }
        }
        return encode(image, format);
    }

    static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }
}
