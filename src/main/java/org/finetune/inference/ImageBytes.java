package org.finetune.inference;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Images in memory as the bytes of a file, so that they take the same way to the network as files. */
final class ImageBytes {
    private ImageBytes() {}

    /**
     * The content of a file with exactly the image's pixels: BMP where they are plain RGB, since it is written fastest, else
     * PNG.
     */
    static byte[] of(BufferedImage image) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        boolean written =
                switch (image.getType()) {
                    case BufferedImage.TYPE_3BYTE_BGR -> ImageIO.write(image, "bmp", file);
                    case BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_BGR -> ImageIO.write(
                            inBytes(image), "bmp", file);
                    default -> ImageIO.write(image, "png", file);
                };
        if (!written) {
            throw new IOException("the image has pixels of a kind that cannot be written as PNG");
        }
        return file.toByteArray();
    }

    private static BufferedImage inBytes(BufferedImage image) {
        BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = copy.createGraphics();
        graphics.drawImage(image, 0, 0, null);
        graphics.dispose();
        return copy;
    }
}
