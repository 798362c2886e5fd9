package org.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void plainPathsStayAsTheyAre() {
        assertEquals("runs/flowers-1", ShellWord.of(Path.of("runs/flowers-1")));
        assertEquals("./-x", ShellWord.of(Path.of("-x")));
        assertEquals("'my runs/1'", ShellWord.of(Path.of("my runs/1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"my runs/1", "it's", "$HOME", "a;b", "~", "tab\there", "\u001b[31m'\\x", "花 花", "!x"})
    void shellReadsTheSamePath(String path) throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", "printf %s " + ShellWord.of(Path.of(path))).start();
        assertEquals(path, new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }
}
