package org.finetune.train.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32C;
import org.finetune.testing.FuzzSeeds;

/** Fuzzing of the reader of checkpoints. An input is a file without its checksum, which is put behind it. */
public final class CheckpointFileFuzz {
    private static final Path FILE = FuzzSeeds.scratchFile();

    private CheckpointFileFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        CRC32C checksum = new CRC32C();
        checksum.update(input);
        ByteBuffer content = ByteBuffer.allocate(input.length + Long.BYTES);
        Files.write(FILE, content.put(input).putLong(checksum.getValue()).array());
        try {
            CheckpointFile.read(FILE);
        } catch (IOException e) {
            // That is how bad files are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        byte[] description = "{\"epoch\": 3}".getBytes(StandardCharsets.UTF_8);
        CheckpointFile.write(
                FILE,
                new Snapshot(description, Map.of("parameters", new float[] {1, 2, 3}, "adam", new float[20])),
                false);
        byte[] file = Files.readAllBytes(FILE);
        seeds.add(Arrays.copyOf(file, file.length - Long.BYTES));
    }
}
