package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhotoArgumentsTest {
    @Test
    void dashStandsForTheLinesOfStandardInput() {
        InputStream in =
                new ByteArrayInputStream("x.jpg\n\n with space.jpg \nü.jpg".getBytes(Charset.defaultCharset()));
        assertEquals(
                List.of("a.jpg", "x.jpg", " with space.jpg ", "ü.jpg", "-b.jpg"),
                PhotoArguments.read(List.of("a.jpg", "-", "-b.jpg"), in));
    }

    @Test
    void standardInputIsReadOnlyIfItIsNamed() {
        assertEquals(List.of("a.jpg"), PhotoArguments.read(List.of("a.jpg"), null));
    }
}
