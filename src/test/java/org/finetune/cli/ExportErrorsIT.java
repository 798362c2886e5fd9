package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.cli.CliProcess.Result;
import org.finetune.testing.PhotoFolder;
import org.finetune.testing.SmallDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports that are refused or fail. */
class ExportErrorsIT {
    @TempDir
    private Path directory;

    @Test
    void unknownFormatNamesWhatThereIs() throws Exception {
        ExportedRun.export(directory.resolve("out"), "--format", "onx")
                .call()
                .assertRefused(2, "--format must be one of onnx", "not 'onx'");
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        Path out = Files.createDirectory(directory.resolve("out"));
        ExportedRun.export(out, "--format", "onnx")
                .call()
                .assertRefused(2, "'" + out + "' already exists and is never overwritten", "--out");
        assertEquals(List.of(), list(out));
    }

    @Test
    void unfinishedRunIsRefused() throws Exception {
        Path run = Files.createDirectory(directory.resolve("run"));
        Files.copy(TrainedRun.shared().directory().resolve("config.yaml"), run.resolve("config.yaml"));
        CliProcess.finetune("export", run.toString(), "--format", "onnx")
                .call()
                .assertRefused(4, "is not finished", "'finetune resume " + run + "'");
    }

    @Test
    void modelAloneIsCheckedOnOtherPhotos() throws Exception {
        Path model = Files.createDirectory(directory.resolve("model"));
        Files.write(model.resolve("model.zip"), TrainedRun.shared().model());
        CliProcess.finetune("export", model.toString(), "--format", "onnx")
                .call()
                .assertRefused(3, "config.yaml", "--data");
        Path photos = PhotoFolder.create(directory.resolve("photos"), 1, 5);
        Result result = CliProcess.finetune("export", model.toString(), "--format", "onnx", "--data", photos.toString())
                .call();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().startsWith("Checked on 3 validation photos"), result.out());
        assertTrue(Files.exists(model.resolve("exports/onnx/model.onnx")));
    }

    @Test
    void fullDiskLeavesNothing() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "4m")) {
            Path out = disk.path().resolve("out");
            ExportedRun.export(out, "--format", "onnx")
                    .run()
                    .assertRefused(3, "Cannot write '" + out + "'", "No space left on device", "--out");
            assertEquals(List.of(), list(disk.path()));
        }
    }

    @Test
    void whatAKilledExportHasLeftIsNoObstacle() throws Exception {
        Path left = Files.createDirectory(directory.resolve(".out.part"));
        Files.writeString(left.resolve("model.onnx"), "a part");
        ExportedRun.create(directory.resolve("out"), "--format", "onnx");
        assertFalse(Files.exists(left));
    }

    private static List<String> list(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
