package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that {@code finetune predict} and other commands read: as they were written, renamed, damaged or absent. */
class SavedModelIT {
    @TempDir
    private static Path shared;

    private static TrainedRun run;
    private static Path photos;

    @TempDir
    private Path directory;

    @BeforeAll
    static void train() throws Exception {
        run = TrainedRun.shared();
        photos = PhotoFolder.create(shared.resolve("new-photos"), 2, 2);
    }

    @Test
    void featuresThatAreAbsentOrDamagedAreNamed() throws Exception {
        Files.write(directory.resolve("model.zip"), run.model());
        String[] arguments = {"predict", directory.toString(), photos + "/discs/photo0.png", "--threshold", "0"};
        Result older = CliProcess.finetune(arguments).call();
        assertEquals(0, older.exitCode(), older.err());
        assertTrue(older.err().contains("features.bin', so photos unlike the training photos are not"), older.err());
        byte[] features = Files.readAllBytes(run.directory().resolve("features.bin"));
        Files.write(directory.resolve("features.bin"), Arrays.copyOf(features, 1000));
        CliProcess.finetune(arguments).call().assertRefused(4, "features.bin': its checksum is wrong");
        CliProcess.finetune("serve", directory.toString(), "--port", "0", "--threshold", "0")
                .run()
                .assertRefused(4, "features.bin': its checksum is wrong");
    }

    @Test
    void renamedClassesAreThoseOfAllFilesAndEditedLabelsAreNoticed() throws Exception {
        Path copy = directory.resolve("copy");
        Links.copy(run.directory(), copy);
        String[] predict = {"predict", copy.toString(), photos.toString(), "--format", "csv"};
        String before = CliProcess.finetune(predict).call().out();
        Files.writeString(copy.resolve("labels.txt"), "a\nb\n");
        Result edited = CliProcess.finetune(predict).call();
        assertEquals(before, edited.out());
        assertTrue(
                edited.err().contains("labels.txt' was changed, but the model has its own class names"), edited.err());

        Result renamed = CliProcess.finetune("rename", copy.toString(), "discs=-x=y", "checks=discs")
                .call();
        assertEquals(
                new Result(0, "", "Renamed 'checks' to 'discs'\nRenamed 'discs' to '-x=y'\n"), renamed, renamed.err());
        Result after = CliProcess.finetune(predict).call();
        assertEquals("", after.err());
        assertEquals(before.replace(",discs,", ",\"'-x=y\",").replace(",checks,", ",discs,"), after.out());
        assertEquals("discs\n-x=y\nstripes\n", Files.readString(copy.resolve("labels.txt")));
        assertEquals(
                Files.readString(run.directory().resolve("predictions.csv"))
                        .replaceAll(",discs\\b", ",\"'-x=y\"")
                        .replaceAll(",checks\\b", ",discs"),
                Files.readString(copy.resolve("predictions.csv")));
        assertEquals(
                "-x=y",
                new ObjectMapper()
                        .readTree(copy.resolve("metrics.json").toFile())
                        .at("/classes/1/name")
                        .textValue());
        String report = Files.readString(copy.resolve("report.html"));
        assertTrue(
                report.contains("<b><bdi>checks</bdi></b> is <b><bdi>discs</bdi></b> now. "
                        + "<b><bdi>discs</bdi></b> is <b><bdi>-x=y</bdi></b> now."),
                report.substring(0, report.indexOf("</header>")));
        byte[] model = Files.readAllBytes(copy.resolve("model.zip"));
        CliProcess.finetune("rename", copy.toString(), "discs=stripes")
                .call()
                .assertRefused(2, "Two classes would have the same name");
        CliProcess.finetune("rename", copy.toString(), "tulips=roses").call().assertRefused(2, "'tulips=roses'");
        assertArrayEquals(model, Files.readAllBytes(copy.resolve("model.zip")));
        Result back = CliProcess.finetune("rename", copy.toString(), "discs=checks", "--", "-x=y=discs")
                .call();
        assertEquals(0, back.exitCode(), back.err());
        assertArrayEquals(run.model(), Files.readAllBytes(copy.resolve("model.zip")));
        assertEquals(
                Files.readString(run.directory().resolve("report.html")),
                Files.readString(copy.resolve("report.html")));
    }

    @Test
    void modelFileMayBeNamedInsteadOfItsRun() throws Exception {
        String photo = photos + "/discs/photo0.png";
        String model = run.directory() + "/model.zip";
        Result result = CliProcess.finetune("predict", model, photo).call();
        assertEquals(0, result.exitCode(), result.err());
        assertEquals(
                CliProcess.finetune("predict", run.directory().toString(), photo)
                        .call()
                        .out(),
                result.out());
        assertEquals(0, CliProcess.finetune("info", model).call().exitCode());
    }

    @Test
    void runsWithoutAModelSayWhatToDo() throws Exception {
        Path stopped = Files.createDirectory(directory.resolve("stopped"));
        Files.copy(run.directory().resolve("config.yaml"), stopped.resolve("config.yaml"));
        Path sweep = Files.createDirectory(directory.resolve("sweep"));
        Files.createSymbolicLink(sweep.resolve("best"), run.directory());
        for (String command : List.of("predict", "evaluate")) {
            String option = command.equals("evaluate") ? "--data" : "--top=1";
            CliProcess.finetune(command, stopped.toString(), option, photos.toString())
                    .call()
                    .assertRefused(4, "has no model yet; to continue it, run 'finetune resume " + stopped);
            CliProcess.finetune(command, sweep.toString(), option, photos.toString())
                    .call()
                    .assertRefused(4, "use its best run, '" + sweep + "/best'");
        }
    }

    @Test
    void missingAndDamagedModelsAreRefused() throws Exception {
        Result missing = CliProcess.finetune("predict", directory.toString(), photos.toString())
                .call();
        assertEquals(4, missing.exitCode(), missing.err());
        assertTrue(missing.err().contains("no such file"), missing.err());

        Files.write(directory.resolve("model.zip"), Arrays.copyOf(run.model(), 100_000));
        Result damaged = CliProcess.finetune("predict", directory.toString(), photos.toString())
                .call();
        assertEquals(4, damaged.exitCode(), damaged.err());
        assertEquals(1, damaged.err().lines().count(), damaged.err());
        assertTrue(damaged.err().contains(directory.toString()), damaged.err());
    }
}
