package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;

/**
 * A small training run by {@code finetune train}, on the bundled weights.
 *
 * @param photos the training images
 * @param directory the run directory
 * @param result what the process has left
 */
record TrainedRun(Path photos, Path directory, Result result) {
    private static final int IMAGES_PER_CLASS = 12;

    /** Options that make a run short. */
    static final List<String> SHORT =
            List.of("--recipe", "keras", "--size", "96", "--head-epochs", "3", "--epochs", "2", "--batch-size", "8");

    private static TrainedRun shared;

    /** The one that all tests of this process look at and none changes. */
    static synchronized TrainedRun shared() throws Exception {
        if (shared == null) {
            Path directory = Files.createTempDirectory("finetune-trained");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            shared = create(directory);
        }
        return shared;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TrainedRun create(Path directory) throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), IMAGES_PER_CLASS, 1);
        Path run = directory.resolve("run");
        Result result =
                train(photos, "--report", "--out", run.toString()).in(directory).run();
        assertEquals(0, result.exitCode(), result.err());
        return new TrainedRun(photos, run, result);
    }

    /**
     * A process that trains on some images with {@link #SHORT} and further options, on the bundled weights and without a
     * report unless they ask for others.
     */
    static CliProcess train(Path photos, String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", "--data", photos.toString()));
        arguments.addAll(SHORT);
        arguments.addAll(List.of(options));
        if (!arguments.contains("--weights")) {
            arguments.addAll(List.of("--weights", "bundled"));
        }
        if (!arguments.contains("--report")) {
            arguments.add("--no-report");
        }
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    byte[] model() throws Exception {
        return Files.readAllBytes(directory.resolve("model.zip"));
    }
}
