package org.finetune.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
    private static final Path DATA = Path.of("photos", "flowers");

    @TempDir
    private Path directory;

    @Test
    void takesTheFirstFreeNumber() throws IOException {
        Path runs = directory.resolve("new/runs");
        assertEquals(
                runs.resolve("flowers-1"),
                RunDirectory.createNumbered(runs, DATA).path());
        assertEquals(
                runs.resolve("flowers-2"),
                RunDirectory.createNumbered(runs, DATA).path());
        Files.writeString(runs.resolve("flowers-3"), "a file in the way");
        assertEquals(
                runs.resolve("flowers-4"),
                RunDirectory.createNumbered(runs, DATA).path());
        Files.delete(runs.resolve("flowers-1"));
        assertEquals(
                runs.resolve("flowers-1"),
                RunDirectory.createNumbered(runs, DATA).path());
        assertTrue(Files.isDirectory(runs.resolve("flowers-4")));
    }

    @Test
    void isNamedAfterTheDataWhateverTheirPathLooksLike() {
        Path here = Path.of("").toAbsolutePath();
        assertEquals(
                directory.resolve(here.getFileName() + "-1"),
                RunDirectory.createNumbered(directory, Path.of("")).path());
        assertEquals(
                directory.resolve("flowers-1"),
                RunDirectory.createNumbered(directory, DATA.resolve("val/..")).path());
        assertEquals(
                directory.resolve("run-1"),
                RunDirectory.createNumbered(directory, Path.of("/")).path());
    }

    @Test
    void isNamedAfterFilesWithoutTheirEnding() {
        for (String data : List.of("flowers.csv", "flowers.tar.gz", "flowers-{000..099}.tar")) {
            Path runs = directory.resolve(data + "-runs");
            assertEquals(
                    runs.resolve("flowers-1"),
                    RunDirectory.createNumbered(runs, Path.of(data)).path());
        }
    }

    @Test
    void placeThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(directory.resolve("runs"), "");
        FinetuneException failure =
                assertThrows(FinetuneException.class, () -> RunDirectory.createNumbered(file, DATA));
        assertEquals(ExitCode.DATA, failure.exitCode());
    }

    @Test
    void namedDirectoryIsCreatedWithItsParents() {
        Path out = directory.resolve("a/b");
        assertEquals(out, RunDirectory.create(out, DATA).path());
        assertTrue(Files.isDirectory(out));
    }

    @Test
    void emptyDirectoryIsTaken() {
        assertEquals(directory, RunDirectory.create(directory, DATA).path());
    }

    @Test
    void whatARunHasLeftThatHadNotBegunIsTaken() throws IOException {
        for (String name : new String[] {".lock", "finetune.log", ".config.yaml.part"}) {
            Files.writeString(directory.resolve(name), "text");
        }
        RunDirectory run = RunDirectory.create(directory, DATA);
        run.requireNotBegun();
        Files.writeString(run.config(), "");
        FinetuneException failure = assertThrows(FinetuneException.class, run::requireNotBegun);
        assertTrue(
                failure.getMessage().contains("continue its run with 'finetune resume " + directory + "'"),
                failure.getMessage());
    }

    @Test
    void nothingIsEverOverwritten() throws IOException {
        Path file = Files.writeString(directory.resolve("important"), "text");
        for (Path out : new Path[] {directory, file}) {
            FinetuneException failure = assertThrows(FinetuneException.class, () -> RunDirectory.create(out, DATA));
            assertEquals(ExitCode.USAGE, failure.exitCode());
            assertTrue(failure.getMessage().contains("never overwritten"), failure.getMessage());
        }
        assertEquals("text", Files.readString(file));
    }
}
