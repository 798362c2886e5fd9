package org.finetune.cli.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun;
import org.finetune.testing.Signals;

/** Kills a command together with the process that decodes its photos, and looks for memory that they shared. */
final class SharedMemoryAttack implements Attack {
    private static final Path PHOTOS = Path.of("data", "sample").toAbsolutePath();
    private static final int LONGEST_MILLISECONDS = 2500;

    @Override
    public void attempt(Random random, Path scratch) throws Exception {
        // A session of its own is a process group of its own.
        Process process = CliProcess.finetune("check", PHOTOS.toString())
                .through("setsid")
                .in(scratch)
                .start();
        SmallRun.await(process, () -> Signals.leadsGroup(process.pid()));
        process.waitFor(random.nextInt(LONGEST_MILLISECONDS), TimeUnit.MILLISECONDS);
        if (process.isAlive()) {
            Signals.sendToGroup(process.pid(), "KILL");
            process.waitFor();
        }
        // What is left is deleted when it is a minute old.
        FileTime former = FileTime.from(Instant.now().minus(Duration.ofMinutes(2)));
        for (Path file : left(process.pid())) {
            Files.setLastModifiedTime(file, former);
        }
        Result result =
                CliProcess.finetune("check", PHOTOS.toString()).in(scratch).run();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(List.of(), left(process.pid()));
    }

    /** What a process has left where memory is shared. */
    private static List<Path> left(long pid) throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path directory : List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir")))) {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    files.filter(file -> file.getFileName().toString().startsWith("finetune-" + pid + "-"))
                            .forEach(left::add);
                }
            }
        }
        return left;
    }
}
