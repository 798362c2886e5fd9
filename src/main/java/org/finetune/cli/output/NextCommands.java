package org.finetune.cli.output;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.Printable;
import org.finetune.cli.terminal.Terminal;

/** The commands that somebody who has trained a classifier is likely to type next, ready to be copied. */
final class NextCommands {
    private static final String UNQUOTED = "[\\w@%+=:,./-]+";

    private NextCommands() {}

    /** Names them on standard error. */
    static void print(Path run, Console console) {
        Terminal terminal = console.errTerminal();
        StringBuilder text = new StringBuilder(System.lineSeparator() + terminal.strong("Next:"));
        of(run).forEach(command ->
                text.append(System.lineSeparator()).append("  ").append(command));
        console.text(text.toString());
    }

    private static List<String> of(Path run) {
        List<String> commands = new ArrayList<>();
        commands.add("finetune predict " + quoted(run) + " PHOTO...");
        commands.add("finetune evaluate " + quoted(run) + " --data DIR");
        Path report = run.resolve("report.html");
        if (Files.exists(report) && hasDisplay()) {
            commands.add("xdg-open " + quoted(report));
        }
        return commands;
    }

    private static boolean hasDisplay() {
        return Stream.of("DISPLAY", "WAYLAND_DISPLAY")
                .map(System::getenv)
                .anyMatch(value -> value != null && !value.isEmpty());
    }

    /** A path as a word of a shell. */
    static String quoted(Path path) {
        String text = path.toString();
        return quotedWord(text.startsWith("-") ? "./" + text : text);
    }

    /** A text as a word of a shell. */
    static String quotedWord(String text) {
        if (text.matches(UNQUOTED)) {
            return text;
        }
        if (Printable.of(text).equals(text)) {
            return "'" + text.replace("'", "'\\''") + "'";
        }
        return "$'" + Printable.of(text.replace("\\", "\\\\").replace("'", "\\'")) + "'";
    }
}
