package org.finetune.cli.output;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.ShellWord;
import org.finetune.cli.terminal.Terminal;

/** The commands that somebody who has trained a classifier is likely to type next, ready to be copied. */
final class NextCommands {
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
        commands.add("finetune predict " + ShellWord.of(run) + " PHOTO...");
        commands.add("finetune evaluate " + ShellWord.of(run) + " --data DIR");
        Path report = run.resolve("report.html");
        if (Files.exists(report) && hasDisplay()) {
            commands.add("xdg-open " + ShellWord.of(report));
        }
        return commands;
    }

    private static boolean hasDisplay() {
        return Stream.of("DISPLAY", "WAYLAND_DISPLAY")
                .map(System::getenv)
                .anyMatch(value -> value != null && !value.isEmpty());
    }
}
