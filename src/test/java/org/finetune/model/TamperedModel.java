package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** A good model file, whose entries a test changes. */
final class TamperedModel {
    static final String CONFIGURATION = "configuration.json";
    static final String COEFFICIENTS = "coefficients.bin";
    static final String DESCRIPTION = "finetune.json";

    private final SavedModel model;
    private final byte[] good;
    private Path file;
    private Map<String, byte[]> entries;

    /** Makes a model of two classes. */
    TamperedModel() {
        model = SmallModel.of(List.of("a", "b"));
        try {
            good = SmallModel.bytes(model, SmallModel.graph(model));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins with the good file, which is accepted. */
    void reset(Path directory) throws IOException {
        file = directory.resolve("model.zip");
        entries = ZipBytes.entries(good);
        ModelFile.read(write(zip()));
    }

    SavedModel model() {
        return model;
    }

    /** The file as it was. */
    byte[] good() {
        return good;
    }

    /** The contents of the entries by their names, to change. */
    Map<String, byte[]> entries() {
        return entries;
    }

    /** Changes the text of an entry, which has to be there. */
    void replace(String entry, String from, String to) {
        String text = new String(entries.get(entry), StandardCharsets.UTF_8);
        assertTrue(text.contains(from), from);
        entries.put(entry, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
    }

    /** The file with the entries as they are now. */
    byte[] zip() throws IOException {
        return ZipBytes.zip(entries);
    }

    Path write(byte[] content) throws IOException {
        return Files.write(file, content);
    }

    /** The file with the entries as they are now is refused for a reason that has the part. */
    void assertRefused(String part) throws IOException {
        assertRefused(zip(), part);
    }

    /** A file with this content is refused for a reason that has the part. */
    void assertRefused(byte[] content, String part) throws IOException {
        write(content);
        FinetuneException failure = assertThrows(FinetuneException.class, () -> ModelFile.read(file));
        assertEquals(ExitCode.MODEL, failure.exitCode());
        assertTrue(failure.getMessage().startsWith("Cannot read the model '" + file + "': "), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        assertTrue(failure.getMessage().length() < 400, failure.getMessage());
    }
}
