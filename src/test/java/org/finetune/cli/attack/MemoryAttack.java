package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.finetune.cli.CliProcess;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun;
import org.finetune.testing.MemoryCgroup;

/** Gives commands large photos and little memory, in a control group of the kernel's. */
final class MemoryAttack implements Attack {
    private static final Set<Integer> EXIT_CODES = Set.of(0, 5);
    private static final int LEAST_MIB = 256;
    private static final int MOST_MIB = 700;
    private static final int LONGEST_SIDE = 5000;
    private static final int SHORTEST_SIDE = 200;

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        SmallRun small = SmallRun.create(scratch, 2);
        StringBuilder what = new StringBuilder();
        for (String name : new String[] {"checks", "discs", "stripes"}) {
            int width = SHORTEST_SIDE + random.nextInt(LONGEST_SIDE - SHORTEST_SIDE);
            int height = SHORTEST_SIDE + random.nextInt(LONGEST_SIDE - SHORTEST_SIDE);
            String format = random.nextBoolean() ? "png" : "jpg";
            what.append(width)
                    .append('x')
                    .append(height)
                    .append(' ')
                    .append(format)
                    .append(' ');
            write(small.photos().resolve(name).resolve("large." + format), format, width, height, random);
        }
        int limit = LEAST_MIB + random.nextInt(MOST_MIB - LEAST_MIB);
        boolean train = random.nextBoolean();
        CliProcess command = train
                ? small.train(scratch.resolve("run"), "--head-epochs", "1", "--epochs", "1")
                : CliProcess.finetune("check", small.photos().toString());
        what.append(train ? "train" : "check").append(" in ").append(limit).append(" MiB: ");
        try (MemoryCgroup container = MemoryCgroup.create(limit)) {
            Result result = command.through(container.command()).run();
            assertTrue(EXIT_CODES.contains(result.exitCode()), what.toString() + result);
            assertEquals(0, container.kills(), what.toString() + result);
        }
    }

    private static void write(Path file, String format, int width, int height, Random random) throws Exception {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            // Noise in a few columns is enough for a file that is no line drawing, and quickly made.
            for (int x = 0; x < width; x += 8) {
                row[x] = random.nextInt();
            }
            image.setRGB(0, y, width, 1, row, 0, width);
        }
        ImageIO.write(image, format, Files.createFile(file).toFile());
    }
}
