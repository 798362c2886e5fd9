package org.finetune.data.decode;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

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

    /** Such an image as a TIFF file. */
    static byte[] tiff(int width, int height, String compression) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(smooth(width, height, "png")));
        return write(image, "tiff", options -> {
            options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            options.setCompressionType(compression);
        });
    }

    /** A JPEG file of several scans, most of which have a single component. */
    static byte[] progressive(BufferedImage image) throws IOException {
        return write(image, "jpg", options -> options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
    }

    private static byte[] write(BufferedImage image, String format, Consumer<ImageWriteParam> setting)
            throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        setting.accept(options);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } finally {
            writer.dispose();
        }
        return file.toByteArray();
    }

    static byte[] encode(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, out));
        return out.toByteArray();
    }

    /** Where a marker of a JPEG file is. */
    static int marker(byte[] jpeg, int marker) {
        return IntStream.range(0, jpeg.length - 1)
                .filter(i -> jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) marker)
                .findFirst()
                .orElseThrow();
    }
}
