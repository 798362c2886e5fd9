package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.model.Architecture;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.RandomWeights;
import org.finetune.weights.KerasFileBuilder;

/**
 * Training runs of a few seconds, on the smallest network with random weights, to be stopped.
 *
 * @param photos the images
 * @param weights the weights file
 */
public record SmallRun(Path photos, Path weights) {
    private static final int SIZE = 96;

    /** Makes images and weights in a directory. */
    public static SmallRun create(Path directory, int imagesPerClass) throws IOException {
        Path photos = PhotoFolder.create(directory.resolve("photos"), imagesPerClass, 1);
        Architecture architecture = Architecture.of(0.35, SIZE);
        Path weights = KerasFileBuilder.of(architecture, RandomWeights.of(architecture.base(), 7))
                .write(directory.resolve("weights.h5"));
        return new SmallRun(photos, weights);
    }

    /**
     * A process that trains, with further options, and without a report unless they ask for one. It names the images by a
     * relative path, a resumed one does not.
     */
    public CliProcess train(Path run, String... options) {
        return train(photos.getFileName(), run, options).in(photos.getParent());
    }

    /** Does the same within this process. */
    public Result call(Path run, String... options) {
        return train(photos, run, options).call();
    }

    private CliProcess train(Path data, Path run, String... options) {
        List<String> arguments = new ArrayList<>(List.of("train", "--data", data.toString(), "--out", run.toString()));
        arguments.addAll(List.of("--weights", weights.toString(), "--alpha", "0.35", "--size", "" + SIZE));
        arguments.addAll(List.of("--batch-size", "8", "--patience", "0"));
        arguments.addAll(List.of(options));
        if (!arguments.contains("--unfreeze")) {
            arguments.addAll(List.of("--unfreeze", "40"));
        }
        if (!arguments.contains("--lr")) {
            arguments.addAll(List.of("--lr", "1e-4"));
        }
        if (!arguments.contains("--report")) {
            arguments.add("--no-report");
        }
        return CliProcess.finetune(arguments.toArray(String[]::new));
    }

    public static CliProcess resume(Path run) {
        return CliProcess.finetune("resume", run.toString());
    }

    /** The checkpoints of a run, the newest last. */
    public static List<Path> checkpoints(Path run) throws IOException {
        Path directory = run.resolve("checkpoints");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".checkpoint"))
                    .sorted()
                    .toList();
        }
    }

    /** Two runs have made the same, to the byte: the model, its history, its metrics, and further files. */
    public static void assertSameResults(Path expected, Path actual, String... further) throws IOException {
        List<String> files = new ArrayList<>(List.of("model.zip", "history.csv", "metrics.json"));
        files.addAll(List.of(further));
        for (String file : files) {
            assertArrayEquals(
                    Files.readAllBytes(expected.resolve(file)),
                    Files.readAllBytes(actual.resolve(file)),
                    file + " of " + actual);
        }
    }

    /** All files of a run but TensorBoard's, of which each process that trains adds one. */
    public static List<String> files(Path run) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            return files.map(file -> run.relativize(file).toString())
                    .filter(file -> !file.startsWith("tensorboard"))
                    .sorted()
                    .toList();
        }
    }

    /** Waits until something is so, or the process has ended. */
    public static void await(Process process, Condition condition) throws IOException, InterruptedException {
        while (process.isAlive() && !condition.holds()) {
            Thread.sleep(1);
        }
    }

    /** Something that becomes so. */
    public interface Condition {
        boolean holds() throws IOException;
    }
}
