package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune train --cache} on photos to which others are added. */
class GrowingSetIT {
    private static final int IMAGES_PER_CLASS = 16;
    private static final int ADDED = 40;

    @TempDir
    private Path directory;

    /** Killed once on the way, and with another run that makes the same at the same time. */
    @Test
    @Tag("slow")
    void onlyNewPhotosAreComputed() throws Exception {
        SmallRun small = SmallRun.create(directory, IMAGES_PER_CLASS);
        String cache = directory.resolve("cache").toString();
        String[] cached = {"--epochs", "1", "--threads", "2", "--cache", cache};
        assertSucceeds(small.train(directory.resolve("before"), cached).run());
        for (int i = 0; i < ADDED; i++) {
            String name = PhotoFolder.CLASSES.get(i % PhotoFolder.CLASSES.size());
            PhotoFolder.write(small.photos().resolve(name).resolve("more" + i + ".png"), name, new Random(7000 + i));
        }
        Path cold = directory.resolve("cold");
        assertSucceeds(small.train(cold, "--epochs", "1", "--threads", "2").run());

        Path killed = directory.resolve("killed");
        Process process = small.train(killed, cached).start();
        SmallRun.await(process, () -> hasJournal(Path.of(cache)));
        process.destroyForcibly().waitFor();
        Process one = small.train(directory.resolve("one"), cached).start();
        Result two = small.train(directory.resolve("two"), cached).run();
        String printed = new String(one.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, one.waitFor(), printed);
        assertSucceeds(two);
        Result resumed = SmallRun.resume(killed).run();
        assertSucceeds(resumed);
        for (String run : new String[] {"one", "two", "killed"}) {
            SmallRun.assertSameResults(cold, directory.resolve(run), "predictions.csv");
        }
        assertTrue(two.err().contains("photos are cached already"), two.err());
        assertTrue(resumed.err().contains("cached features of the"), resumed.err());
    }

    private static void assertSucceeds(Result result) {
        assertEquals(0, result.exitCode(), result.err());
    }

    private static boolean hasJournal(Path cache) {
        try (Stream<Path> files = Files.list(cache)) {
            return files.anyMatch(file -> file.toString().endsWith(".journal"));
        } catch (IOException e) {
            return false;
        }
    }
}
