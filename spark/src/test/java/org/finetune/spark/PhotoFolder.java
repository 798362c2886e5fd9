package org.finetune.spark;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Directories of JPEG photos in two classes, few of which differ: the others are links to them. */
final class PhotoFolder {
    private static final int DIFFERENT = 60;
    private static final int SIDE = 320;
    private static final int LARGE_SIDE = 6000;

    private PhotoFolder() {}

    /** Makes a directory with a number of photos, half of them of each class, and returns it. */
    static Path create(Path directory, int photos) throws IOException {
        for (int i = 0; i < photos; i++) {
            Path folder = Files.createDirectories(directory.resolve(i % 2 == 0 ? "discs" : "squares"));
            Path photo = folder.resolve(String.format("photo %05d.jpg", i));
            if (i < DIFFERENT) {
                write(photo, i % 2 == 0, new Random(i));
            } else {
                int original = i % DIFFERENT;
                Files.createLink(photo, folder.resolve(String.format("photo %05d.jpg", original)));
            }
        }
        return directory;
    }

    private static void write(Path file, boolean disc, Random random) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int y = 0; y < SIDE; y += 4) {
            graphics.setColor(new Color(random.nextInt(1 << 24)));
            graphics.fillRect(0, y, SIDE, 4);
        }
        graphics.setColor(disc ? Color.RED : Color.BLUE);
        int size = 100 + random.nextInt(100);
        int x = random.nextInt(SIDE - size);
        int y = random.nextInt(SIDE - size);
        if (disc) {
            graphics.fillOval(x, y, size, size);
        } else {
            graphics.fillRect(x, y, size, size);
        }
        graphics.dispose();
        ImageIO.write(image, "jpg", file.toFile());
    }

    /** Writes a photo that takes a second to decode, and returns it. */
    static Path writeLarge(Path file) throws IOException {
        BufferedImage noise = new BufferedImage(LARGE_SIDE, LARGE_SIDE, BufferedImage.TYPE_BYTE_GRAY);
        new Random(1).nextBytes(((DataBufferByte) noise.getRaster().getDataBuffer()).getData());
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ImageWriteParam progressive = writer.getDefaultWriteParam();
        progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(noise, null, null), progressive);
        } finally {
            writer.dispose();
        }
        return file;
    }
}
