package org.finetune.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        results.requireUsable();
        PhotoList list = PhotoList.of(named, results.listing(named), new Configuration());
        return new JobKey(Map.of("--photos", list.summary().sha256()), 1, 1, 1);
    }

    @Test
    void resultsOfOneDirectoryAreNotTakenForThoseOfAnother() throws IOException {
        String out = directory.resolve("out").toString();
        ResultDirectory results = new ResultDirectory(out, "job", new Configuration());
        JobKey first = results.begin(key(results, "a"));
        assertEquals(first, results.begin(key(results, "a")));
        JobKey other = key(results, "b");
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> results.begin(other));
        assertEquals(ExitCode.USAGE, refusal.exitCode());
        assertTrue(refusal.getMessage().contains("(different: --photos)"), refusal.getMessage());
    }
}
