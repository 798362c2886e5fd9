package org.finetune.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the reader of HDF5 weights. */
public final class KerasWeightsFileFuzz {
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 96);
    private static final Path FILE = FuzzSeeds.scratchFile();

    private KerasWeightsFileFuzz() {}

    /** Called by the fuzzer first: loads the reader's classes, which Jazzer takes long to instrument. */
    public static void fuzzerInitialize() throws IOException {
        KerasFileBuilder.of(ARCHITECTURE, KerasFileBuilder.random(ARCHITECTURE, 1))
                .write(FILE);
        KerasWeightsFile.read(FILE, ARCHITECTURE);
    }

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] content) throws IOException {
        Files.write(FILE, content);
        try {
            KerasWeightsFile.read(FILE, ARCHITECTURE);
        } catch (FinetuneException e) {
            // That is how bad files are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/org/finetune/weights"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".h5")).toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
    }
}
