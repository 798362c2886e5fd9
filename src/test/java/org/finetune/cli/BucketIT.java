package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.Bucket;
import org.finetune.testing.Bucket.Mount;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Photos in a bucket that is mounted. */
@Tag("slow")
class BucketIT {
    @TempDir
    private Path directory;

    @Test
    void mountedBucketIsADirectoryUntilItsServerIsGone() throws Exception {
        Bucket.require();
        TrainedRun run = TrainedRun.shared();
        try (Bucket bucket = Bucket.of(directory.resolve("bucket"), run.photos())) {
            try (Mount mount = bucket.mount("mounted", "full")) {
                assertTrainsTheSame(run, mount.path());
                Result check =
                        CliProcess.finetune("check", mount.path().toString()).run();
                Result same =
                        CliProcess.finetune("check", run.photos().toString()).run();
                assertEquals(
                        same.out(),
                        check.out()
                                .replace(mount.path().toString(), run.photos().toString()));
            }
            try (Mount mount = bucket.mount("broken", "off")) {
                assertServerThatGoesIsNoBadPhoto(run, bucket, mount.path());
            }
        }
    }

    private void assertTrainsTheSame(TrainedRun run, Path photos) throws Exception {
        Path trained = directory.resolve("run");
        Result result = TrainedRun.train(photos, "--report", "--out", trained.toString())
                .run();
        assertEquals(0, result.exitCode(), result.err());
        assertArrayEquals(run.model(), Files.readAllBytes(trained.resolve("model.zip")));
        try (Stream<Path> files = Files.walk(trained)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(text.contains(Bucket.SECRET) || text.contains(Bucket.KEY_ID), file::toString);
            }
        }
    }

    private static void assertServerThatGoesIsNoBadPhoto(TrainedRun run, Bucket bucket, Path photos) throws Exception {
        List<Path> all;
        try (Stream<Path> files = Files.walk(photos)) {
            all = files.filter(Files::isRegularFile).sorted().toList();
        }
        Process predict = CliProcess.finetune("predict", run.directory().toString(), "-", "--max-bad-fraction", "1")
                .start();
        try (BufferedReader out = predict.inputReader();
                BufferedReader err = predict.errorReader();
                BufferedWriter in = predict.outputWriter()) {
            in.write(all.get(0) + "\n");
            in.flush();
            assertTrue(out.readLine().startsWith(all.get(0) + "  "));
            bucket.close();
            in.write(all.get(1) + "\n");
            in.close();
            String message = err.readLine();
            assertTrue(
                    message.startsWith("finetune: Reading '" + all.get(1) + "' failed (")
                            && message.endsWith("); check the disk or network that holds the photos, and try again."),
                    message);
            assertEquals(3, predict.waitFor());
        } finally {
            predict.destroyForcibly();
        }
        TrainedRun.train(photos, "--out", photos.resolveSibling("none").toString())
                .run()
                .assertRefused(3, "Reading '" + photos, "check the disk or network that holds the photos");
        assertFalse(Files.exists(photos.resolveSibling("none")));
    }
}
