package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultDirectoryTest {
    @TempDir
    private Path directory;

    private JobKey key(ResultDirectory results, String photos) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(photos));
        Files.writeString(folder.resolve("1.jpg"), photos);
        String named = folder.toString();
        PhotoList list = PhotoList.of(named, results.listing(named), new Configuration());
        return new JobKey(Map.of("--photos", list.summary().sha256()), 1, 1, 1);
    }

    @Test
    void resultsOfOneDirectoryAreNotTakenForThoseOfAnother() throws IOException {
        String out = directory.resolve("out").toString();
        try (ResultDirectory results = ResultDirectory.open(out, "job", new Configuration())) {
            JobKey first = results.begin(key(results, "a"));
            assertEquals(first, results.begin(key(results, "a")));
            JobKey other = key(results, "b");
            FinetuneException refusal = assertThrows(FinetuneException.class, () -> results.begin(other));
            assertEquals(ExitCode.USAGE, refusal.exitCode());
            assertTrue(refusal.getMessage().contains("(different: --photos)"), refusal.getMessage());
        }
    }

    @Test
    void nothingIsLeftOfAJobThatHasNotBegun() {
        Path out = directory.resolve("out");
        ResultDirectory.open(out.toString(), "job", new Configuration()).close();
        assertFalse(Files.exists(out));
    }

    @Test
    void filesOfOthersAreLeftAlone() throws IOException {
        Files.writeString(directory.resolve("mine.txt"), "mine");
        FinetuneException refusal = assertThrows(
                FinetuneException.class,
                () -> ResultDirectory.open(directory.toString(), "job", new Configuration()));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(directory.resolve("mine.txt")), files.toList());
        }
    }

    @Test
    void placeThatCannotBeWrittenIsASentence() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        FinetuneException refusal = assertThrows(
                FinetuneException.class,
                () -> ResultDirectory.open(file.resolve("out").toString(), "job", new Configuration()));
        assertEquals(ExitCode.DATA, refusal.exitCode());
        assertTrue(
                refusal.getMessage().startsWith("Cannot write to '" + file.resolve("out") + "' ("),
                refusal.getMessage());
    }
}
