package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.finetune.data.Dataset;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.SplitRule;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotoScanTest {
    private static final int IMAGES = 40;

    @TempDir
    private Path data;

    private final List<String> heard = new ArrayList<>();
    private final AtomicLong now = new AtomicLong();

    @BeforeEach
    void write() throws Exception {
        for (int i = 0; i < IMAGES; i++) {
            Path folder = Files.createDirectories(data.resolve(i % 2 == 0 ? "a" : "b"));
            Files.write(folder.resolve(i + ".png"), new byte[] {(byte) i});
        }
    }

    /** Scans while the clock goes on by some milliseconds whenever it is looked at. */
    private Dataset scan(long milliseconds) {
        TrainingListener listener = new TrainingListener() {
            @Override
            public void taskStarted(String name, long total) {
                heard.add(name + " " + total);
            }

            @Override
            public void taskProgress(long done, Supplier<String> detail) {
                heard.add(Long.toString(done));
            }

            @Override
            public void taskFinished() {
                heard.add("finished");
            }
        };
        return PhotoScan.of(
                new PhotoDirectory(data),
                SplitRule.byContent(0.2),
                listener,
                () -> now.addAndGet(milliseconds * 1_000_000));
    }

    @Test
    void whatTakesOnlyAMomentIsNoStage() {
        assertEquals(IMAGES, scan(1).photos());
        assertEquals(List.of(), heard);
    }

    @Test
    void readingThatTakesLongerIsAStage() {
        assertEquals(IMAGES, scan(300).photos());
        assertEquals("reading " + IMAGES, heard.get(0));
        assertEquals("finished", heard.get(heard.size() - 1));
        List<Long> done =
                heard.subList(1, heard.size() - 1).stream().map(Long::valueOf).toList();
        assertEquals(done.stream().sorted().distinct().toList(), done, "never back");
        assertEquals(IMAGES, done.get(done.size() - 1));
        assertTrue(done.size() > 3, done.toString());
    }

    @Test
    void imagesThatAreDividedAlreadyAreNotRead() throws Exception {
        Files.createDirectories(data.resolve("all"));
        Files.move(
                data.resolve("a"),
                Files.createDirectories(data.resolve("train")).resolve("a"));
        Files.move(data.resolve("b"), data.resolve("train/b"));
        Files.createDirectories(data.resolve("val/a"));
        Files.write(data.resolve("val/a/x.png"), new byte[] {1});
        assertEquals(IMAGES + 1, scan(300).photos());
        assertEquals(List.of(), heard);
    }
}
