package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.finetune.cli.CliProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code finetune completion} prints, in a real bash, and the man pages of the build. */
class CompletionIT {
    @TempDir
    private static Path directory;

    private static Path script;

    /** Words that bash offers for the last one of a command line. */
    private static Set<String> complete(String line) throws Exception {
        if (script == null) {
            Result result = CliProcess.finetune("completion", "bash").run();
            assertEquals(0, result.exitCode(), result.err());
            script = Files.writeString(directory.resolve("script"), result.out());
            Files.createDirectories(directory.resolve("runs/flowers"));
        }
        // As readline does it: the words of the line, of which '=' is one, the number of the last, then the function.
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source \"$0\"; COMP_LINE=$1; COMP_POINT=${#1}; read -ra COMP_WORDS <<<\"${1//=/ = }\"; [[ $1 != *' ' ]] ||"
                                + " COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _complete_finetune_values finetune"
                                + " \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\" 2>/dev/null;"
                                + " printf '%s\\n' \"${COMPREPLY[@]}\"",
                        script.toString(),
                        line)
                .directory(directory.toFile())
                .start();
        Set<String> words = new TreeSet<>();
        new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .forEach(words::add);
        return words;
    }

    @ParameterizedTest
    @CsvSource({
        "finetune tra, train",
        "'finetune train --augment ', flip none standard",
        "finetune train --alpha 0., 0.35 0.5 0.75",
        "finetune train --weights b, bundled",
        "finetune train --batch, --batch-size",
        "finetune train --data ru, runs",
        "finetune train --data=ru, runs",
        "finetune evaluate runs/flowers --data=runs/, runs/flowers",
        "finetune train --augment=f, flip",
        "finetune predict runs/flowers --format=, csv jsonl table",
        "'finetune find-lr --phase ', fine-tune head",
        "finetune evaluate ru, runs",
        "'finetune evaluate runs/flowers --format ', json text",
        "finetune predict runs/flowers --format j, jsonl",
        "finetune info runs/, runs/flowers",
        "'finetune completion ', bash zsh",
        "finetune serve ru, runs",
        "'finetune serve runs/flowers --access-log ', json lines none",
        "finetune train --color n, never",
    })
    void bashOffers(String line, String words) throws Exception {
        assertEquals(words, String.join(" ", complete(line)));
    }

    @Test
    void zshGetsAScriptThatItCanRead() throws Exception {
        Result result = CliProcess.finetune("completion", "zsh").run();
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(result.out().contains("bashcompinit"), result.out());
    }

    @Test
    void everyCommandHasAManPageWithExamples() throws Exception {
        for (String command : new String[] {
            "", "-train", "-evaluate", "-predict", "-serve", "-compare", "-info", "-doctor", "-completion"
        }) {
            String page = Files.readString(Path.of("target", "man", "finetune" + command + ".1"));
            assertTrue(page.contains(".SH \"NAME\""), command);
            assertTrue(page.toUpperCase(Locale.ROOT).contains(".SH \"EXAMPLES"), command);
        }
    }
}
