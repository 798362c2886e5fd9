package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.MemoryCgroup;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that get too little memory. */
class MemoryIT {
    @TempDir
    private Path directory;

    private Path photos;
    private Path run;

    @BeforeEach
    void createPhotos() throws Exception {
        photos = PhotoFolder.create(directory.resolve("photos"), 4, 1);
        run = directory.resolve("run");
    }

    private Result train(String javaOptions, String... options) throws Exception {
        return CliProcess.finetune(Stream.concat(
                                Stream.of("train", "--data", photos.toString(), "--weights", "bundled"),
                                Stream.of(options))
                        .toArray(String[]::new))
                .with("FINETUNE_JAVA_OPTS", javaOptions)
                .in(directory)
                .run();
    }

    /** The photos that come with the program, at the network's full size. */
    private Result trainIn(MemoryCgroup container, String... options) throws Exception {
        SmallRun small = SmallRun.create(directory, 1);
        return CliProcess.finetune(Stream.concat(
                                Stream.of("train", "--weights", small.weights().toString(), "--alpha", "0.35"),
                                Stream.concat(
                                        Stream.of("--head-epochs", "1", "--epochs", "1", "--out", run.toString()),
                                        Stream.of(options)))
                        .toArray(String[]::new))
                .through(container.command())
                .run();
    }

    /** As in a container: more than the limit, and the kernel would kill the process without a word. */
    @Test
    void limitOfTheKernelSuffices() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(700)) {
            Result result = trainIn(container, "--no-report");
            assertEquals(0, result.exitCode(), result.err());
            assertEquals(0, container.kills());
        }
    }

    @Test
    void limitOfTheKernelIsNotReached() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(450)) {
            trainIn(container, "--batch-size", "256", "--unfreeze", "all")
                    .assertRefused(
                            5, "Too little memory for phase 'fine-tune' with --batch-size 256", "set --batch-size ");
            assertEquals(0, container.kills());
            assertTrue(Files.exists(run.resolve("checkpoints")), "The head is kept");
        }
    }

    /** Both processes together would be larger than the limit. */
    @Test
    void limitThatIsTooSmallForAPhotoIsNotReached() throws Exception {
        Path large = directory.resolve("large");
        BufferedImage image = new BufferedImage(3000, 2400, BufferedImage.TYPE_INT_RGB);
        int[] noise = new Random(1).ints(3000 * 2400).toArray();
        image.setRGB(0, 0, 3000, 2400, noise, 0, 3000);
        for (String name : List.of("a1", "a2", "b1", "b2")) {
            Path folder = Files.createDirectories(large.resolve(name.substring(0, 1)));
            ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
        }
        try (MemoryCgroup container = MemoryCgroup.create(256)) {
            Result result = CliProcess.finetune("check", large.toString())
                    .through(container.command())
                    .run();
            String texts = result.out() + result.err();
            // It depends on what Java has freed whether the memory or the heap is the first that is too small.
            if (result.exitCode() == 3) {
                assertTrue(texts.contains("more than half of Java's heap; raise it"), texts);
            } else {
                result.assertRefused(
                        5,
                        "Too little memory to decode '",
                        ".png' of 3000 x 2400 pixels",
                        " MiB more, or skip large photos with --max-pixels");
            }
            assertEquals(0, container.kills());
        }
    }

    @Test
    void limitThatIsHopelessIsNamed() throws Exception {
        try (MemoryCgroup container = MemoryCgroup.create(100)) {
            trainIn(container).assertRefused(5, "only 100 MiB of memory for this process");
            assertEquals(0, container.kills());
        }
        assertFalse(Files.exists(run));
    }

    @Test
    void heapThatIsTooSmallIsNamed() throws Exception {
        train("-Xmx32m", "--out", run.toString())
                .assertRefused(5, "Java's heap of 32 MiB is too small", "FINETUNE_JAVA_OPTS=-Xmx2g");
        assertFalse(Files.exists(run.resolve("model.zip")));
    }

    @Test
    @Tag("slow")
    void batchOfTheFrozenLayersIsHalved() throws Exception {
        String weights = SmallRun.create(directory, 1).weights().toString();
        String[] command = ("train --threads 1 --alpha 0.35 --size 1024 --head-epochs 1 --epochs 0 --data " + photos
                        + " --weights " + weights + " --out " + run)
                .split(" ");
        Result result = CliProcess.finetune(command)
                .with("FINETUNE_JAVA_OPTS", "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=430m")
                .in(directory)
                .run();
        assertEquals(0, result.exitCode(), result.err());
        // How much the process has by then differs from run to run, so that half is not always little enough.
        assertTrue(
                result.err()
                        .contains("warning: Too little memory to run the frozen layers on 4 photos at a time; "
                                + "continuing with 2\n"),
                result.err());
        assertTrue(Files.exists(run.resolve("model.zip")));

        Result prediction = CliProcess.finetune("predict", run.toString(), photos.toString(), "--format", "csv")
                .with("FINETUNE_JAVA_OPTS", "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=460m")
                .run();
        assertEquals(0, prediction.exitCode(), prediction.err());
        assertEquals(1 + 12, prediction.out().lines().count());
        assertTrue(
                prediction.err().contains("warning: Too little memory for 4 photos at a time; continuing with 2"),
                prediction.err());
    }

    @Test
    void batchOfTrainingIsLeftToTheUser() throws Exception {
        train(
                        "-Xmx256m -Dorg.bytedeco.javacpp.maxphysicalbytes=900m",
                        "--out",
                        run.toString(),
                        "--size",
                        "512",
                        "--batch-size",
                        "32",
                        "--unfreeze",
                        "all",
                        "--head-epochs",
                        "1")
                .assertRefused(5, "Too little memory for phase 'fine-tune' with --batch-size 32", "set --batch-size ");
    }
}
