package org.finetune.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Test material that lies beside the project; tests that need it are skipped where it is absent. */
public final class SharedMaterial {
    private SharedMaterial() {}

    private static Path root() {
        return Path.of(Optional.ofNullable(System.getProperty("FINETUNE_SHARED"))
                .or(() -> Optional.ofNullable(System.getenv("FINETUNE_SHARED")))
                .orElse("../shared"));
    }

    /** The file or directory, or the test is skipped. */
    public static Path require(String path) {
        Path file = root().resolve(path);
        assumeTrue(Files.exists(file), () -> "Skipped: " + file + " is absent (set FINETUNE_SHARED)");
        return file;
    }

    /** The real ImageNet weights of alpha 0.35 for 224 x 224. */
    public static Path imageNetWeights() {
        return require("weights/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_224_no_top.h5");
    }

    /** The directories with reference numbers, or the test is skipped. */
    public static List<Path> goldens() {
        try (Stream<Path> entries = Files.list(require("golden"))) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
