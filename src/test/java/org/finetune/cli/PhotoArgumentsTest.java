package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.List;
import org.finetune.FinetuneException;
import org.junit.jupiter.api.Test;

class PhotoArgumentsTest {
    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(Charset.defaultCharset()));
    }

    @Test
    void dashStandsForTheLinesOfStandardInput() {
        InputStream in = text("x.jpg\n\n with space.jpg \nü.jpg");
        Iterator<List<String>> parts = PhotoArguments.read(List.of("a.jpg", "-", "-b.jpg"), in);
        assertEquals(List.of("a.jpg", "x.jpg", " with space.jpg ", "ü.jpg", "-b.jpg"), parts.next());
        assertFalse(parts.hasNext());
    }

    @Test
    void standardInputIsReadOnlyIfItIsNamed() {
        assertEquals(
                List.of("a.jpg"), PhotoArguments.read(List.of("a.jpg"), null).next());
    }

    @Test
    void linesComeAsTheyAreWritten() throws IOException {
        try (PipedOutputStream out = new PipedOutputStream()) {
            Iterator<List<String>> parts = PhotoArguments.read(List.of("-"), new PipedInputStream(out));
            for (String name : List.of("a.jpg", "b.jpg")) {
                out.write((name + "\n").getBytes(Charset.defaultCharset()));
                assertEquals(List.of(name), parts.next());
            }
            out.close();
            assertFalse(parts.hasNext());
        }
    }

    @Test
    void binaryDataAreRefused() {
        Iterator<List<String>> parts = PhotoArguments.read(List.of("-"), text("\u0001\0\u0002"));
        assertThrows(FinetuneException.class, parts::hasNext);
    }
}
