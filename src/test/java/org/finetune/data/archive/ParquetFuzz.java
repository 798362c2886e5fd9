package org.finetune.data.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.FinetuneException;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the reader of Parquet files. */
public final class ParquetFuzz {
    private static final Path FILE = FuzzSeeds.scratchFile();
    private static final Path SEEDS = Path.of("src/test/resources/org/finetune/data/archive");

    private ParquetFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] content) throws IOException {
        Files.write(FILE, content);
        if (!ParquetSource.isParquet(FILE)) {
            return;
        }
        ParquetSource source = ParquetSource.ofFile(FILE);
        try {
            ArchiveFuzz.read(source.photos(), FILE);
            source.forEvaluation(Optional.empty());
        } catch (FinetuneException e) {
            // That is how bad files are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        try (Stream<Path> files = Files.walk(SEEDS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
    }
}
