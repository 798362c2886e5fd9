package org.finetune.weights;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Test material beside the project, found by the property or environment variable {@code FINETUNE_SHARED}. */
final class SharedFiles {
    private SharedFiles() {}

    /** Path of a shared file; skips the test where there is none. */
    static Path require(String name) {
        String environment = System.getenv().getOrDefault("FINETUNE_SHARED", "../shared");
        Path file = Path.of(System.getProperty("FINETUNE_SHARED", environment), name);
        assumeTrue(Files.exists(file), () -> "Skipped: no " + file);
        return file;
    }
}
