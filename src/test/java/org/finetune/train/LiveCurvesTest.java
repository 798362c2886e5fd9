package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.finetune.tensorboard.EventFileReader;
import org.finetune.tensorboard.EventFileReader.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveCurvesTest {
    private static final long SESSION_START = 1;

    @TempDir
    private Path directory;

    @Test
    void resumedRunGoesOnAndVoidsWhatItRepeats() throws IOException {
        LiveCurves stopped = new LiveCurves(directory);
        stopped.add(epoch(Phase.HEAD, 1, 4), 1);
        stopped.add(epoch(Phase.HEAD, 2, 3), 2);
        stopped.add(epoch(Phase.FINE_TUNE, 1, 9), 3);
        LiveCurves resumed = new LiveCurves(directory);
        resumed.add(epoch(Phase.FINE_TUNE, 1, 2), 3);
        resumed.add(epoch(Phase.FINE_TUNE, 2, 1), 4);
        assertEquals(Map.of(1L, 4f, 2L, 3f, 3L, 2f, 4L, 1f), shown(directory.resolve("train")));
        assertEquals(Map.of(1L, 4.5f, 2L, 3.5f, 3L, 2.5f, 4L, 1.5f), shown(directory.resolve("validation")));
    }

    private static EpochResult epoch(Phase phase, int epoch, double loss) {
        return new EpochResult(phase, epoch, 1e-3, loss, 0.5, loss + 0.5, 0.5, 1, true);
    }

    /** The loss by step as TensorBoard shows it: the files by name, and a start voids the steps from its own on. */
    private static SortedMap<Long, Float> shown(Path directory) throws IOException {
        SortedMap<Long, Float> loss = new TreeMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                for (Entry entry : EventFileReader.read(file)) {
                    if (entry.sessionStatus() == SESSION_START) {
                        loss.tailMap(entry.step()).clear();
                    } else if (!entry.scalars().isEmpty()) {
                        assertEquals(
                                null, loss.put(entry.step(), entry.scalars().get("loss")), "twice: " + entry);
                    }
                }
            }
        }
        return loss;
    }
}
