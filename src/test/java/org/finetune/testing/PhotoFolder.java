package org.finetune.testing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;

/** Folders of small images in classes that are easily told apart: red discs, green stripes and blue checks. */
public final class PhotoFolder {
    /** Names of the classes, sorted. */
    public static final List<String> CLASSES = List.of("checks", "discs", "stripes");

    private static final int WIDTH = 112;
    private static final int HEIGHT = 96;

    private PhotoFolder() {}

    /** Makes the directory with a number of images of each class, which differ with the seed, and returns it. */
    public static Path create(Path directory, int imagesPerClass, long seed) throws IOException {
        for (String name : CLASSES) {
            Path folder = Files.createDirectories(directory.resolve(name));
            for (int i = 0; i < imagesPerClass; i++) {
                write(folder.resolve("photo" + i + ".png"), name, new Random(seed * 1000 + i));
            }
        }
        return directory;
    }

    /** Writes an image in PNG that is unlike those of the classes, and returns its file. */
    public static Path writeNoise(Path file) throws IOException {
        BufferedImage noise = new BufferedImage(HEIGHT, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(1);
        for (int i = 0; i < HEIGHT * HEIGHT; i++) {
            noise.setRGB(i % HEIGHT, i / HEIGHT, random.nextInt(1 << 24));
        }
        ImageIO.write(noise, "png", file.toFile());
        return file;
    }

    /** Writes an image of a class in PNG. */
    public static void write(Path file, String name, Random random) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        int gray = 150 + random.nextInt(100);
        graphics.setColor(new Color(gray, gray, gray));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        int strong = 170 + random.nextInt(80);
        switch (name) {
            case "discs" -> {
                graphics.setColor(new Color(strong, 30, 30));
                int diameter = 40 + random.nextInt(40);
                graphics.fillOval(
                        random.nextInt(WIDTH - diameter), random.nextInt(HEIGHT - diameter), diameter, diameter);
            }
            case "stripes" -> {
                graphics.setColor(new Color(20, strong, 40));
                graphics.setStroke(new BasicStroke(4 + random.nextInt(4)));
                int distance = 14 + random.nextInt(6);
                for (int x = random.nextInt(distance); x < WIDTH + HEIGHT; x += distance) {
                    graphics.drawLine(x, 0, x - HEIGHT, HEIGHT);
                }
            }
            case "checks" -> {
                graphics.setColor(new Color(30, 40, strong));
                int side = 10 + random.nextInt(10);
                for (int y = 0; y * side < HEIGHT; y++) {
                    for (int x = y % 2; x * side < WIDTH; x += 2) {
                        graphics.fillRect(x * side, y * side, side, side);
                    }
                }
            }
            default -> throw new IllegalArgumentException(name);
        }
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }
}
