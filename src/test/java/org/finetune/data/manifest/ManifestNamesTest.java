package org.finetune.data.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestNamesTest {
    private static List<String> names(String file, String... lines) throws IOException {
        byte[] content = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        List<String> names = new ArrayList<>();
        try (ManifestNames read = ManifestNames.read(file, new ByteArrayInputStream(content))) {
            read.forEachRemaining(names::add);
        }
        return names;
    }

    @Test
    void readsTheNamesOfEachForm() throws IOException {
        List<String> expected = List.of("b/1.jpg", "a, b.png");
        assertEquals(expected, names("m.csv", "label,file_name", "x,b/1.jpg", "y,\"a, b.png\""));
        assertEquals(expected, names("m.csv", "\ufefffile;label", "./b/1.jpg;x", "a, b.png;y"));
        assertEquals(expected, names("m.csv", "b/1.jpg,x", "", "\"a, b.png\",y"));
        assertEquals(expected, names("m.TSV", "b/1.jpg\tx", "a, b.png\ty"));
        assertEquals(
                expected,
                names(
                        "hdfs://host/m.jsonl",
                        "\ufeff{\"label\":1,\"path\":\"b/1.jpg\"}",
                        "",
                        "{\"path\":\"a, b.png\"}"));
    }

    @Test
    void manifestWithoutRowsHasNoNames() throws IOException {
        assertEquals(List.of(), names("m.csv", "file_name,label"));
        assertEquals(List.of(), names("m.jsonl"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m.csv   | x,y\\n1,2                    | 'm.csv' has no column of photos among 'x, y'",
                "m.csv   | file_name,label\\n,x         | 'm.csv', line 2: it names no photo",
                "m.csv   | file_name,label\\na.jpg      | 'm.csv', line 2: 1 values, but 2 in the first row",
                "m.jsonl | {\"path\":\"a.jpg\"}\\n[1]   | 'm.jsonl', line 2: it is not a JSON object",
                "m.jsonl | {\"path\":\"a.jpg\"}\\n{\"x\":1} | 'm.jsonl', line 2: it names no photo",
                "m.jsonl | {\"x\":1}                    | 'm.jsonl' has no key of photos among x",
            })
    void refusesWhatNamesNoPhotos(String file, String text, String message) {
        FinetuneException refusal = assertThrows(FinetuneException.class, () -> names(file, text.replace("\\n", "\n")));
        assertEquals(ExitCode.DATA, refusal.exitCode());
        assertEquals(message, refusal.getMessage().substring(0, message.length()));
    }
}
