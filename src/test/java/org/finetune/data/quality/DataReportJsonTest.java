package org.finetune.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.finetune.data.quality.DuplicateGroup.Member;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataReportJsonTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        TreeMap<String, Integer> formats = new TreeMap<>();
        formats.put("JPEG", 12);
        DataReport report = new DataReport(
                List.of(new ClassCount("a", 5, 1), new ClassCount("b", 5, 1)),
                formats,
                new ImageSizes(1, 2, 3, 4, 5, 6, 7),
                List.of(new DuplicateGroup(
                        true,
                        List.of(new Member("a/1.jpg", "a", Split.TRAIN), new Member("b/1.jpg", "b", Split.TRAIN)))),
                List.of(new DataReport.BadFile("a/bad.jpg", "empty file")),
                List.of(new Finding(Severity.ERROR, Finding.Kind.COPIES_IN_TWO_CLASSES, 1, "One \"photo\".")));
        String json = DataReportJson.write(report);
        assertTrue(json.contains("\"kind\" : \"copies_in_two_classes\""), json);
        assertTrue(json.contains("\"class_name\" : \"a\""), json);
        assertTrue(json.contains("\"severity\" : \"error\""), json);
        assertEquals(report, DataReportJson.read(Files.writeString(directory.resolve("data.json"), json)));
    }
}
