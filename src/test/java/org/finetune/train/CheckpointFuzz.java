package org.finetune.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.finetune.engine.TailState;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.testing.FuzzSeeds;
import org.finetune.train.checkpoint.CheckpointDirectory;
import org.finetune.train.checkpoint.Snapshot;

/**
 * Fuzzing of the reader of checkpoints. An input is a file without its checksum, which is put behind it, or, behind a first
 * byte 0, a byte that says which arrays there are and the JSON that describes the rest.
 */
public final class CheckpointFuzz {
    private static final Path DIRECTORY = FuzzSeeds.scratchDirectory();
    private static final Path FILE = DIRECTORY.resolve("00000001.checkpoint");
    private static final int HAS_BEST = 1;
    private static final int HAS_HEAD = 2;

    static {
        FILE.toFile().deleteOnExit();
    }

    private CheckpointFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (input.length > 1 && input[0] == 0) {
            try {
                use(Checkpoint.of(new Snapshot(Arrays.copyOfRange(input, 2, input.length), arrays(input[1]))));
            } catch (IOException e) {
                // That is how bad descriptions are refused.
            }
            return;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(input);
        ByteBuffer content = ByteBuffer.allocate(input.length + Long.BYTES);
        Files.write(FILE, content.put(input).putLong(checksum.getValue()).array());
        directory().newest(Checkpoint::of).ifPresent(CheckpointFuzz::use);
    }

    private static CheckpointDirectory directory() {
        return new CheckpointDirectory(DIRECTORY, warning -> {});
    }

    private static Map<String, float[]> arrays(byte flags) {
        Map<String, float[]> arrays = new TreeMap<>(Map.of("parameters", new float[3], "moments", new float[6]));
        if ((flags & HAS_BEST) != 0) {
            arrays.put("best", new float[3]);
        }
        if ((flags & HAS_HEAD) != 0) {
            arrays.put("finished-0", new float[3]);
        }
        return arrays;
    }

    /** Does with it what a run does that goes on. */
    private static void use(Checkpoint checkpoint) {
        new Stopwatch().add(checkpoint.seconds());
        checkpoint.history().forEach(epoch -> epoch.phase().label());
        checkpoint
                .progress()
                .best()
                .ifPresent(best -> Objects.requireNonNull(best.validation().classes()));
        checkpoint.toSnapshot();
        try {
            new MetricsCollector(List.of("a", "b"), checkpoint.progress().sums()).metrics();
        } catch (IllegalArgumentException e) {
            // That is how figures of other classes are refused.
        }
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        collector.add(new float[] {0.25f, 0.75f}, 1);
        ClassificationMetrics figures = collector.metrics();
        BestEpoch best = new BestEpoch(figures, 0.5, new float[3], 1);
        TailState tail = new TailState(new float[3], new float[6], 4);
        List<EpochResult> history = List.of(new EpochResult(Phase.HEAD, 1, 1e-3, 0.5, 0.75, 0.25, 1, 0.125, true));
        PhaseProgress first = new PhaseProgress(1, 8, 1.5, collector.sums(), tail, Optional.empty());
        PhaseProgress later = new PhaseProgress(3, 0, 0, collector.sums(), tail, Optional.of(best));
        for (Checkpoint checkpoint : List.of(
                new Checkpoint(Phase.HEAD, first, List.of(), 0, Optional.empty(), List.of(), Map.of()),
                new Checkpoint(
                        Phase.FINE_TUNE, later, List.of(best), 2, Optional.empty(), history, Map.of("head", 1.25)))) {
            Snapshot snapshot = checkpoint.toSnapshot();
            int flags = checkpoint.finished().isEmpty() ? 0 : HAS_BEST | HAS_HEAD;
            ByteBuffer described = ByteBuffer.allocate(2 + snapshot.description().length);
            seeds.add(described
                    .put((byte) 0)
                    .put((byte) flags)
                    .put(snapshot.description())
                    .array());
            directory().write(snapshot, false);
            byte[] file = Files.readAllBytes(FILE);
            seeds.add(Arrays.copyOf(file, file.length - Long.BYTES));
            directory().clear();
        }
    }
}
