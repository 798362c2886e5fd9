package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.data.decode.EncodedImages;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Signals;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that decodes photos beside a command: how either of them ends. */
class DecoderProcessIT {
    private static final String[] SHORT = {"--head-epochs", "1", "--epochs", "1"};
    private static final int COPIES = 12;

    @TempDir
    private static Path shared;

    private static SmallRun small;

    @TempDir
    private Path directory;

    /** Photos of the sample, which are JPEG, often enough that decoding takes a while. */
    @BeforeAll
    static void createPhotos() throws IOException {
        small = new SmallRun(shared.resolve("jpeg"), SmallRun.create(shared, 1).weights());
        for (String name : List.of("balloon", "fish")) {
            Path target = Files.createDirectories(small.photos().resolve(name));
            try (Stream<Path> photos = Files.list(Path.of("data", "sample", name))) {
                for (Path photo : photos.toList()) {
                    for (int i = 0; i < COPIES; i++) {
                        Files.copy(photo, target.resolve(i + "-" + photo.getFileName()));
                    }
                }
            }
        }
    }

    /** Waits until a run decodes photos into its cache, and returns its decoder. */
    private static ProcessHandle awaitDecoderAtWork(Process process, Path run) throws Exception {
        SmallRun.await(process, () -> Files.exists(run.resolve("cache")));
        SmallRun.await(
                process,
                () -> decoder(process).filter(DecoderProcessIT::hasMappedMemory).isPresent());
        return awaitDecoder(process);
    }

    private static ProcessHandle awaitDecoder(Process process) throws Exception {
        SmallRun.await(process, () -> decoder(process).isPresent());
        return decoder(process).orElseThrow();
    }

    private static Optional<ProcessHandle> decoder(Process process) {
        return process.children()
                .filter(child -> child.info().commandLine().orElse("").contains("DecoderMain"))
                .findAny();
    }

    /** Whether a decoder has begun to work. */
    private static boolean hasMappedMemory(ProcessHandle decoder) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(decoder.pid()), "maps"))
                    .contains(".pixels");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void runGoesOnWhenItsDecoderCrashes() throws Exception {
        Path whole = directory.resolve("whole");
        assertEquals(0, small.call(whole, SHORT).exitCode());
        Path run = directory.resolve("run");
        Process process = small.train(run, SHORT).start();
        ProcessHandle crashed = awaitDecoderAtWork(process, run);
        Signals.send(crashed.pid(), "SEGV");
        crashed.onExit().join();
        assertFalse(Files.exists(run.resolve("skipped.csv")), "The pass over the photos was over before");
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), err);
        assertFalse(err.contains("SIG"), err);
        SmallRun.assertSameResults(whole, run, "skipped.csv", "predictions.csv");
    }

    @Test
    void signalToTheWholeGroupEndsTheRunInGoodOrder() throws Exception {
        Path run = directory.resolve("run");
        // A session of its own is a process group of its own.
        CliProcess command = small.train(run, SHORT);
        Process process = command.through("setsid").start();
        SmallRun.await(process, () -> Files.exists(run.resolve("cache")));
        awaitDecoder(process);
        Signals.sendToGroup(process.pid(), "INT");
        assertTrue(process.waitFor(10, TimeUnit.SECONDS), "It has not ended after 10 seconds");
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(130, process.exitValue(), err);
        assertTrue(err.contains("finetune: Interrupted. To continue, run: finetune resume " + run), err);
        assertFalse(Files.exists(run.resolve("skipped.csv")), "The pass over the photos was over before");
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(1, Files.readAllLines(run.resolve("skipped.csv")).size(), "Nothing but the heading");
    }

    /** It waits for a decoder that has stopped, and would do so for a minute. */
    @Test
    @Tag("slow")
    void interruptedRunThatCannotEndInTimeSaysHowToGoOn() throws Exception {
        Path run = directory.resolve("run");
        Process process = small.train(run, SHORT).start();
        ProcessHandle decoder = awaitDecoderAtWork(process, run);
        Signals.stop(decoder.pid());
        try {
            Signals.send(process.pid(), "INT");
            assertTrue(process.waitFor(12, TimeUnit.SECONDS), "It has not ended after 12 seconds");
        } finally {
            decoder.destroyForcibly();
        }
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(130, process.exitValue(), err);
        assertTrue(err.contains("finetune: Interrupted. To continue, run: finetune resume " + run), err);
        Result result = SmallRun.resume(run).run();
        assertEquals(0, result.exitCode(), result.err());
    }

    /** In a mount namespace, an empty file is in place of the library, if there is one. */
    @Test
    void photosForWhichTheSystemLacksALibraryAreNamedWithIt() throws Exception {
        boolean possible = new ProcessBuilder("unshare", "--map-root-user", "--mount", "true")
                        .start()
                        .waitFor()
                == 0;
        assumeTrue(possible, "Skipped: no namespace can be made");
        Path photos = PhotoFolder.create(directory.resolve("photos"), 2, 1);
        Path photo = Files.write(photos.resolve("discs/photo.heic"), EncodedImages.heic());
        String script =
                """
                for library in $(ldconfig -p | grep -o "/.*/libheif.so.1"); do
                    mount --bind "$0" "$library"
                done
                exec "$@"
                """;
        Path empty = Files.createFile(directory.resolve("empty"));
        Result result = CliProcess.finetune("check", photos.toString())
                .through("unshare", "--map-root-user", "--mount", "sh", "-c", script, empty.toString())
                .run();
        assertEquals(3, result.exitCode(), result.err());
        String reason = "HEIC is decoded by the system's package libheif1; install it, or convert the photo to JPEG";
        assertTrue(result.out().contains(photo + ": " + reason), result.out() + result.err());
    }

    @Test
    void killedRunLeavesNoProcessAndNoMemory() throws Exception {
        Path run = directory.resolve("run");
        Process process = small.train(run, SHORT).start();
        SmallRun.await(process, () -> Files.exists(run.resolve("cache")));
        ProcessHandle decoder = awaitDecoder(process);
        assertTrue(decoder.info().command().orElse("").endsWith("java"));
        process.destroyForcibly().waitFor();
        decoder.onExit().get(10, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("finetune-" + process.pid() + "-"))
                            .toList());
        }
    }
}
