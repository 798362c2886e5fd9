package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.finetune.cli.CliProcess;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun;
import org.finetune.testing.MemoryCgroup;

/** Gives commands large photos and little memory, in a control group of the kernel's. */
final class MemoryAttack implements Attack {
    private static final Set<Integer> EXIT_CODES = Set.of(0, 5);
    private static final int LEAST_MIB = 256;
    private static final int MOST_MIB = 700;
    private static final int LONGEST_SIDE = 5500;
    private static final int SHORTEST_SIDE = 200;

    private final ReferenceRun reference;

    MemoryAttack(ReferenceRun reference) {
        this.reference = reference;
    }

    /** What photos are written as. */
    private enum Format {
        PNG("png", BufferedImage.TYPE_INT_RGB),
        TRANSPARENT_PNG("png", BufferedImage.TYPE_INT_ARGB),
        PNG_OF_16_BITS("png", BufferedImage.TYPE_USHORT_GRAY),
        GIF("gif", BufferedImage.TYPE_BYTE_INDEXED),
        BMP("bmp", BufferedImage.TYPE_INT_RGB),
        BASELINE_JPEG("jpg", BufferedImage.TYPE_INT_RGB),
        PROGRESSIVE_JPEG("jpg", BufferedImage.TYPE_INT_RGB);

        private final String extension;
        private final int imageType;

        Format(String extension, int imageType) {
            this.extension = extension;
            this.imageType = imageType;
        }
    }

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        SmallRun small = SmallRun.create(scratch, 2);
        StringBuilder what = new StringBuilder();
        for (String name : new String[] {"checks", "discs", "stripes"}) {
            int width = SHORTEST_SIDE + random.nextInt(LONGEST_SIDE - SHORTEST_SIDE);
            int height = SHORTEST_SIDE + random.nextInt(LONGEST_SIDE - SHORTEST_SIDE);
            Format format = Format.values()[random.nextInt(Format.values().length)];
            what.append(width + "x" + height + " " + format + ", ");
            write(small.photos().resolve(name), format, width, height, random);
        }
        int limit = LEAST_MIB + random.nextInt(MOST_MIB - LEAST_MIB);
        String photos = small.photos().toString();
        CliProcess command =
                switch (random.nextInt(4)) {
                    case 0 -> CliProcess.finetune("check", photos);
                    case 1 -> CliProcess.finetune("predict", reference.path().toString(), photos);
                    case 2 -> CliProcess.finetune("evaluate", reference.path().toString(), "--data", photos);
                    default -> small.train(scratch.resolve("run"), "--head-epochs", "1", "--epochs", "1");
                };
        try (MemoryCgroup container = MemoryCgroup.create(limit)) {
            Result result = command.through(container.command()).run();
            what.append(limit + " MiB: " + result);
            assertTrue(EXIT_CODES.contains(result.exitCode()) || skipsLargePhotos(result), what.toString());
            assertEquals(0, container.kills(), what.toString());
        }
    }

    /** Photos that the heap is too small for count as unusable; where they are many, the command refuses the set. */
    private static boolean skipsLargePhotos(Result result) {
        return result.exitCode() == 3 && (result.out() + result.err()).contains("more than half of Java's heap");
    }

    private static void write(Path directory, Format format, int width, int height, Random random) throws Exception {
        BufferedImage image = new BufferedImage(width, height, format.imageType);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            // Noise in a few columns is enough for a file that is no line drawing, and quickly made.
            for (int x = 0; x < width; x += 8) {
                row[x] = random.nextInt();
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        ImageWriter writer =
                ImageIO.getImageWritersByFormatName(format.extension).next();
        ImageWriteParam options = writer.getDefaultWriteParam();
        if (format == Format.PROGRESSIVE_JPEG) {
            options.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        try (ImageOutputStream out = ImageIO.createImageOutputStream(
                Files.createFile(directory.resolve("large." + format.extension)).toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), options);
        } finally {
            writer.dispose();
        }
    }
}
