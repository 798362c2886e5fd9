package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are not in the charset of the locale, which for Java are bytes without characters. Some seconds. */
class FileNamesIT {
    @TempDir
    private Path directory;

    /** Runs a command of the shell, which can write any byte, in the directory. */
    private void shell(String command) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertEquals(0, process.waitFor(), command);
    }

    private Result check(Path photos) throws Exception {
        return CliProcess.finetune("check", photos.toString())
                .with("LC_ALL", "C")
                .run();
    }

    @Test
    void photosWithAnyNameAreRead() throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), 6, 1);
        shell("cd photos; mv checks $'caf\\xe9 \\U1f33b'; i=0; for f in */*; do"
                + " mv \"$f\" \"${f%/*}/\"$'\\xff #%?\\n<b>&\"'\"$((i++)).png\"; done");
        Result result = check(photos);
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("Formats  PNG 18"), result.out());
        assertTrue(result.out().contains("caf\ufffd \ud83c\udf3b"), result.out());
    }

    @Test
    void namesAreWholeInALocaleThatIsNotInstalled() throws Exception {
        Path photos = PhotoFolder.create(directory.resolve("photos"), 6, 1);
        shell("cd photos; mv checks $'G\\xc3\\xa4nse'");
        for (String name : new String[] {"xx_XX.UTF-8", "xx_XX", "C", "POSIX"}) {
            Result result = CliProcess.finetune("check", photos.toString())
                    .with("LC_ALL", name)
                    .run();
            assertEquals(0, result.exitCode(), result.err());
            assertTrue(result.out().contains("G\u00e4nse "), name + ": " + result.out());
        }
    }

    @Test
    void classesThatReadTheSameAreRefused() throws Exception {
        Path photos = directory.resolve("photos");
        for (String name : new String[] {"a", "b", "c"}) {
            Files.createDirectories(photos.resolve(name));
            PhotoFolder.write(photos.resolve(name).resolve("1.png"), "discs", new Random(1));
        }
        shell("cd photos; mv a $'caf\\xe8'; mv b $'caf\\xe9'");
        Result result = check(photos);
        assertEquals(3, result.exitCode(), result.err());
        assertTrue(
                result.err().contains("caf\ufffd' because they are not valid in the locale's charset"), result.err());
    }
}
