package org.finetune.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.tensorboard.EventFileReader.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000, 500_000_000), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void anotherReaderFindsEveryPointAtOnce() throws IOException {
        EventFile events = EventFile.create(directory, 1, CLOCK);
        for (int step = 1; step <= 300; step++) {
            events.scalars(step, Map.of("loss", 1.0 / step, "head/accuracy", 0.5));
            List<Entry> entries = EventFileReader.read(files().get(0));
            assertEquals(step + 2, entries.size());
            assertEquals(
                    new Entry(
                            1_700_000_000.5, step, "", 0, Map.of("loss", (float) (1.0 / step), "head/accuracy", 0.5f)),
                    entries.get(step + 1));
        }
    }

    @Test
    void beginsWithTheVersionAndVoidsWhatCameAfterItsFirstStep() throws IOException {
        EventFile.create(directory, 7, CLOCK);
        List<Entry> entries = EventFileReader.read(files().get(0));
        assertEquals(new Entry(1_700_000_000.5, 0, "brain.Event:2", 0, Map.of()), entries.get(0));
        assertEquals(new Entry(1_700_000_000.5, 7, "", 1, Map.of()), entries.get(1));
    }

    @Test
    void laterFileOfTheSameSecondHasALaterName() throws IOException {
        EventFile first = EventFile.create(directory, 1, CLOCK);
        EventFile second = EventFile.create(directory, 2, CLOCK);
        first.scalars(1, Map.of("loss", 1.0));
        second.scalars(2, Map.of("loss", 2.0));
        assertEquals(2, files().size());
        assertTrue(
                files().stream().allMatch(file -> file.getFileName().toString().contains("tfevents")));
        assertEquals(2, EventFileReader.read(files().get(1)).get(2).step());
    }
}
