package org.finetune.train.features;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
    @TempDir
    private Path directory;

    private final List<String> lines = new ArrayList<>();

    @Test
    void saysHowMuchWillBeWritten() {
        DiskSpace room = new DiskSpace(directory.resolve("new"), lines::add);
        room.claim("training", 12_345_678, List.of());
        assertEquals(1, lines.size());
        assertTrue(
                lines.get(0)
                        .matches("Features of the training photos take up to 12 MB in '.*new', where [0-9,]+ MB"
                                + " are free"),
                lines.get(0));
    }

    @Test
    void refusesWhatAllFilesTogetherHaveNoRoomFor() throws Exception {
        long most = Files.getFileStore(directory).getTotalSpace();
        DiskSpace room = new DiskSpace(directory, lines::add);
        room.claim("training", 1_000_000, List.of());
        FinetuneException refusal =
                assertThrows(FinetuneException.class, () -> room.claim("validation", most, List.of()));
        assertEquals(ExitCode.DATA, refusal.exitCode());
        assertTrue(
                refusal.getMessage().matches("Features of the validation photos take .* MB are free; free .*"),
                refusal.getMessage());
        assertEquals(1, lines.size());
    }
}
