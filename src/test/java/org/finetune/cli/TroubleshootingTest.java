package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The messages that docs/troubleshooting.md explains are those that the program prints. */
class TroubleshootingTest {
    private static final Path PAGE = Path.of("docs", "troubleshooting.md");
    /** The first cell of a table's row, where it is code: a message, in which three dots stand for what differs. */
    private static final Pattern MESSAGE = Pattern.compile("(?m)^\\| `([^`]+)`");
    /** What joins the parts of a message in Java, and lines in the launcher. */
    private static final Pattern JOINT = Pattern.compile("\"\\s*\\+\\s*\"|\\\\\\n");
    /** The shell's own message. */
    private static final String COMMAND_NOT_FOUND = "finetune: command not found";

    @Test
    void messagesOfThePageAreInTheSources() throws IOException {
        StringBuilder sources = new StringBuilder(Files.readString(Path.of("scripts", "finetune")));
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.append(Files.readString(file));
            }
        }
        String joined = JOINT.matcher(sources).replaceAll("");
        List<String> parts = MESSAGE.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .filter(message -> !message.equals(COMMAND_NOT_FOUND))
                .flatMap(message -> Stream.of(message.split("\\.\\.\\.")))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();

        assertTrue(parts.size() > 20, parts::toString);
        assertEquals(
                List.of(),
                parts.stream().filter(part -> !joined.contains(part)).toList(),
                "Messages of " + PAGE + " that are not in the sources");
    }
}
