package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.finetune.cli.CliProcess.Result;
import org.finetune.cli.SmallRun.Condition;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.Signals;
import org.finetune.train.checkpoint.CheckpointDirectory;
import org.finetune.train.checkpoint.Snapshot;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code finetune resume}, and runs that are told to end. */
class ResumeIT {
    private static final String[] SHORT = {"--head-epochs", "2", "--epochs", "4"};
    private static final String[] ENDLESS = {"--head-epochs", "2", "--epochs", "100000"};

    @TempDir
    private static Path shared;

    private static SmallRun small;
    private static Path whole;
    /** Killed when its head was trained. */
    private static Path stopped;

    @TempDir
    private Path directory;

    private Path run;

    @BeforeAll
    static void train() throws Exception {
        small = SmallRun.create(shared, 12);
        whole = shared.resolve("whole");
        assertEquals(0, small.call(whole, SHORT).exitCode());
        stopped = shared.resolve("stopped");
        Process process = small.train(stopped, SHORT).start();
        SmallRun.await(process, () -> SmallRun.checkpoints(stopped).size() == 2);
        assertTrue(process.isAlive(), "It was over before it could be killed");
        process.destroyForcibly().waitFor();
    }

    @BeforeEach
    void nameRun() {
        // With a space, which commands to be copied have in quotes.
        run = directory.resolve("my run");
    }

    /** Makes the run a copy of the one that was killed. */
    private void copyStopped() throws Exception {
        Links.copy(stopped, run);
    }

    private void assertRefused(int exitCode, String... parts) throws Exception {
        SmallRun.resume(run).call().assertRefused(exitCode, parts);
    }

    private void assertAsWhole() throws Exception {
        SmallRun.assertSameResults(whole, run);
        assertFalse(Files.exists(run.resolve("checkpoints")));
    }

    /** Sends a signal once something has become so, after which the process has to end. */
    private void interrupt(Process process, Condition condition, String signal) throws Exception {
        try {
            SmallRun.await(process, condition);
            Signals.send(process.pid(), signal);
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "It has not ended after 10 seconds");
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(130, process.exitValue(), err);
            assertTrue(err.contains("finetune: Interrupted. To continue, run: finetune resume '" + run + "'"), err);
            assertFalse(Files.exists(run.resolve(".lock")));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    @Tag("slow")
    void hangUpInPhaseTwoWritesACheckpoint() throws Exception {
        Path history = run.resolve("history.csv");
        interrupt(
                small.train(run, ENDLESS).start(),
                () -> Files.exists(history) && Files.readString(history).contains("fine-tune"),
                "HUP");
        assertEquals(2, SmallRun.checkpoints(run).size());
    }

    @Test
    void terminationEndsThePassOverThePhotos() throws Exception {
        SmallRun large = SmallRun.create(directory, 100);
        interrupt(large.train(run, SHORT).start(), () -> Files.exists(run.resolve("images.jsonl")), "TERM");
        assertFalse(Files.exists(run.resolve("skipped.csv")), "The pass was over before");
    }

    @Test
    void interruptedRunGoesOnToTheSameResult() throws Exception {
        interrupt(small.train(run, SHORT).start(), () -> Files.exists(run.resolve("history.csv")), "INT");
        assertFalse(SmallRun.checkpoints(run).isEmpty());
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
    }

    /** Of the default recipe, killed before and in phase 2, which begins anew at a lower rate. */
    @Test
    @Tag("slow")
    void solvedHeadsAndRestartsGoOnToTheSameResult() throws Exception {
        String[] options = {"--epochs", "3", "--lr", "0.005"};
        Path expected = directory.resolve("expected");
        Result never = small.call(expected, options);
        assertEquals(0, never.exitCode(), never.err());
        assertTrue(never.err().contains("head: solved in "), never.err());
        assertTrue(never.err().contains("fine-tune: the loss jumped; starting again with a peak "), never.err());
        Path history = run.resolve("history.csv");
        Process process = small.train(run, options).start();
        SmallRun.await(process, () -> Files.exists(history));
        process.destroyForcibly().waitFor();
        Process again = SmallRun.resume(run).start();
        SmallRun.await(again, () -> Files.readString(history).contains("fine-tune"));
        again.destroyForcibly().waitFor();
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        SmallRun.assertSameResults(expected, run);
        List<String> rows = Files.readAllLines(history);
        assertTrue(rows.get(1).startsWith("head,1,0.0,"), rows.get(1));
        assertEquals(1 + 1 + 3, rows.size());
    }

    /** The first stage is that of a run with its layers alone. */
    @Test
    @Tag("slow")
    void stagesGoOnToTheSameResult() throws Exception {
        Path single = directory.resolve("single");
        assertEquals(0, small.call(single, "--unfreeze", "20", "--epochs", "2").exitCode());
        String[] options = {"--unfreeze", "20,40,all", "--epochs", "2", "--report"};
        Path expected = directory.resolve("expected");
        Result never = small.call(expected, options);
        assertEquals(0, never.exitCode(), never.err());

        Path history = run.resolve("history.csv");
        CliProcess begin = small.train(run, options);
        for (String stage : List.of("fine-tune-20,1", "fine-tune-40,1", "fine-tune-40,2", "fine-tune-all,1")) {
            Process process = (Files.exists(run) ? SmallRun.resume(run) : begin).start();
            SmallRun.await(
                    process,
                    () -> Files.exists(history) && Files.readString(history).contains(stage));
            process.destroyForcibly().waitFor();
        }
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        SmallRun.assertSameResults(expected, run, "predictions.csv");

        List<String> rows = Files.readAllLines(history);
        List<String> first = rows.subList(2, 4).stream()
                .map(row -> row.replace("fine-tune-20", "fine-tune"))
                .toList();
        assertEquals(Files.readAllLines(single.resolve("history.csv")).subList(2, 4), first);
        assertEquals(
                List.of(
                        "phase",
                        "head",
                        "fine-tune-20",
                        "fine-tune-20",
                        "fine-tune-40",
                        "fine-tune-40",
                        "fine-tune-all"),
                rows.subList(0, 7).stream().map(row -> row.split(",")[0]).toList());
        assertTrue(
                result.out().matches("(?s).*Phase 2 .* after 20 layers, .* after 40 layers, .* after all layers; .*"),
                result.out());
        JsonNode metrics =
                new ObjectMapper().readTree(run.resolve("metrics.json").toFile());
        assertEquals(3, metrics.get("stages").size(), metrics.toString());
        String report = Files.readString(run.resolve("report.html"));
        assertTrue(report.contains("fine-tune-40") && report.contains("Fine-tuning went in stages"), "no stages");
        assertTrue(Files.readString(run.resolve("config.yaml")).contains("unfreeze: \"20,40,all\"\n"));
        Result info = CliProcess.finetune("info", run.toString()).call();
        assertTrue(
                info.out()
                        .contains("Stages: fine-tune-20, fine-tune-40, fine-tune-all; kept: "
                                + metrics.get("kept").textValue() + "\n"),
                info.out());
        assertTrue(
                info.out().matches("(?s).* in stage 1 \\(20 layers\\), .* in stage 3 \\(all layers\\)\n"), info.out());
    }

    @Test
    void damagedCheckpointIsReportedAndPassedOver() throws Exception {
        copyStopped();
        List<Path> checkpoints = SmallRun.checkpoints(run);
        byte[] newest = Files.readAllBytes(checkpoints.get(1));
        newest[newest.length / 2] ^= 1;
        Files.write(checkpoints.get(1), newest);
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.err()
                        .contains("The checkpoint '" + checkpoints.get(1)
                                + "' is damaged and is ignored: its checksum is wrong"),
                result.err());
        assertTrue(result.err().contains("Resuming at "), result.err());
        assertAsWhole();
    }

    @Test
    @Tag("slow")
    void withoutAGoodCheckpointTrainingBeginsAnew() throws Exception {
        copyStopped();
        for (Path checkpoint : SmallRun.checkpoints(run)) {
            Files.write(checkpoint, new byte[20]);
        }
        Result result = SmallRun.resume(run).call();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
    }

    @Test
    void noLinkInARunDirectoryIsFollowed() throws Exception {
        copyStopped();
        Links links = new Links(directory.resolve("elsewhere"));
        for (String name : List.of(
                ".lock",
                ".images.jsonl.part",
                "finetune.log",
                "config.yaml",
                "images.jsonl",
                "cache",
                "cache/training.journal",
                "checkpoints",
                "checkpoints/.00000003.checkpoint.part",
                "tensorboard",
                "tensorboard/train",
                "plots",
                "model.zip")) {
            links.assertNotFollowed(run.resolve(name), SmallRun.resume(run));
        }
    }

    @Test
    void pipesAreNotWaitedForAndADamagedListOfImagesIsRefused() throws Exception {
        copyStopped();
        for (String name : List.of("config.yaml", "images.jsonl")) {
            Path file = run.resolve(name);
            Path kept = Files.move(file, directory.resolve(name));
            assertEquals(
                    0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
            assertRefused(3, "Cannot use '" + file + "': it is not a regular file");
            Files.delete(file);
            Files.move(kept, file);
        }
        Path images = run.resolve("images.jsonl");
        String whole = Files.readString(images);
        String cannotRead = "Cannot read the list of photos '" + images + "': ";
        Files.writeString(images, whole.replaceFirst("\"path\":\"", "\"path\":\"\\\\u0000"));
        assertRefused(3, cannotRead + "a path has the character NUL");
        Files.writeString(images, whole.replaceFirst("\"class\":\"[a-z]*\"", "\"class\":null"));
        assertRefused(3, cannotRead + "a line lacks set, class or path");
    }

    /** The run directory itself may be reached through a link. */
    @Test
    void whatTheUserHasPutIntoARunDirectoryStays() throws Exception {
        copyStopped();
        Path photo = Files.writeString(directory.resolve("photo"), "mine");
        Files.createSymbolicLink(run.resolve("photo"), photo);
        Path note = Files.writeString(run.resolve("cache/note"), "mine");
        Path link = Files.createSymbolicLink(directory.resolve("link"), run);
        Result result = SmallRun.resume(link).call();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
        assertEquals("mine", Files.readString(note));
        assertEquals("mine", Files.readString(run.resolve("photo")));
        assertFalse(Files.exists(run.resolve("cache/training.journal")));
    }

    @Test
    void finishedRunSaysSo() throws Exception {
        byte[] model = Files.readAllBytes(whole.resolve("model.zip"));
        Result result = SmallRun.resume(whole).call();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals("The run in '" + whole + "' is finished; nothing left to do.\n", result.err());
        assertArrayEquals(model, Files.readAllBytes(whole.resolve("model.zip")));
    }

    @Test
    void directoriesWithoutARunAreRefused() throws Exception {
        assertRefused(2, "The run directory '" + run + "' does not exist");
        Files.createDirectory(run);
        assertRefused(2, "'" + run + "' has no config.yaml");
    }

    @Test
    void changedImagesAreNamed() throws Exception {
        SmallRun own = SmallRun.create(directory, 12);
        copyStopped();
        Path config = run.resolve("config.yaml");
        Files.writeString(config, Files.readString(config).replace(shared.toString(), directory.toString()));
        Path photo = own.photos().resolve("discs/photo3.png");
        byte[] content = Files.readAllBytes(photo);
        Files.write(photo, new byte[] {1});
        assertRefused(3, "The photos are no longer those of the run: 1 is changed ('", "discs/photo3.png");
        Files.delete(photo);
        PhotoFolder.write(own.photos().resolve("discs/extra.png"), "discs", new Random(99));
        assertRefused(3, "1 is new ('discs/extra.png'), 1 is gone ('discs/photo3.png')");
        Files.delete(own.photos().resolve("discs/extra.png"));
        Files.write(photo, content);
        Files.write(own.weights(), new byte[] {0}, StandardOpenOption.APPEND);
        assertRefused(
                4,
                "The pretrained weights are no longer those of the run",
                own.weights().toString());
    }

    @Test
    void photosThatHaveMovedAreNamedByData() throws Exception {
        copyStopped();
        Path moved = directory.resolve("moved");
        Links.copy(small.photos(), moved);
        Path config = run.resolve("config.yaml");
        Path gone = directory.resolve("gone");
        Files.writeString(
                config, Files.readString(config).replace(small.photos().toString(), gone.toString()));
        assertRefused(3, "no longer in '" + gone + "'", "give their new location with --data");
        String[] resume = {"resume", run + "", "--data", moved + ""};
        Path photo = moved.resolve("discs/photo3.png");
        Path elsewhere = Files.move(photo, directory.resolve("elsewhere.png"));
        CliProcess.finetune(resume).call().assertRefused(3, "1 is gone ('discs/photo3.png')");
        Files.move(elsewhere, photo);
        Result result = CliProcess.finetune(resume).call();
        assertEquals(0, result.exitCode(), result.err());
        assertAsWhole();
        assertTrue(Files.readString(config).contains(moved.toString()), "config.yaml says where the photos are");
    }

    @Test
    void secondRunInADirectoryIsRefusedAndADeadOneIsNot() throws Exception {
        Process process = small.train(run, ENDLESS).start();
        try {
            SmallRun.await(process, () -> !SmallRun.checkpoints(run).isEmpty());
            assertRefused(3, "Another run is using '" + run + "' (process " + process.pid() + ")");
            small.call(run, SHORT).assertRefused(2, "continue its run with 'finetune resume '" + run + "''");
            assertTrue(process.isAlive());
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(Files.exists(run.resolve(".lock")), "Only killed processes leave the file");
        List<Path> before = SmallRun.checkpoints(run);
        process = SmallRun.resume(run).start();
        try {
            SmallRun.await(process, () -> !SmallRun.checkpoints(run).equals(before));
            assertTrue(process.isAlive(), "The dead process still locks");
        } finally {
            process.destroyForcibly();
        }
    }

    /** No rate that can be given makes parameters so large that the logits overflow; this checkpoint has them. */
    @Test
    @Tag("slow")
    void divergenceKeepsTheCheckpoints() throws Exception {
        copyStopped();
        CheckpointDirectory checkpoints = new CheckpointDirectory(run.resolve("checkpoints"), warning -> {});
        Snapshot snapshot = checkpoints.newest(content -> content).orElseThrow();
        snapshot.arrays().values().forEach(values -> Arrays.fill(values, Float.MAX_VALUE));
        checkpoints.write(snapshot, false);
        List<Path> before = SmallRun.checkpoints(run);
        for (int attempt = 1; attempt <= 2; attempt++) {
            Result resumed = SmallRun.resume(run).call();
            resumed.assertRefused(
                    6, " in phase fine-tune, epoch ", "at a learning rate of 6.25e-6; choose a lower --lr.");
            assertTrue(resumed.err().contains("Resuming at "), resumed.err());
            for (String rate : List.of("5e-5", "2.5e-5", "1.25e-5", "6.25e-6")) {
                assertTrue(
                        resumed.err().contains("the loss jumped; starting again with a peak learning rate of " + rate),
                        resumed.err());
            }
            assertEquals(before, SmallRun.checkpoints(run));
        }
    }
}
