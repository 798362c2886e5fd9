package org.finetune.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The shipped configuration file and the table of the documentation say what {@link Setting} declares. */
class SettingsInFilesTest {
    private static final boolean REWRITE = Boolean.getBoolean("finetune.rewrite");
    private static final String REMEDY =
            "write it anew with: mvn test -Dtest=SettingsInFilesTest -Dfinetune.rewrite=true";

    private static final String CONFIGURATION_HEAD =
            """
            # The settings that hold where neither the command line nor a file given with --config says otherwise.
            # What stands here are the built-in defaults. Relative paths in this file start from the directory of the installation.
            """;
    private static final String TABLE_HEAD =
            """
            | setting | default | allowed | meaning |
            |---|---|---|---|
            """;

    /** Width of a comment's text, so that lines have at most 120 characters. */
    private static final int COMMENT_WIDTH = 118;

    @Test
    void shippedConfigurationSaysWhatIsDeclared() throws IOException {
        Path file = Path.of("config", "finetune.yaml");
        String declared = Setting.all().stream()
                .map(SettingsInFilesTest::lines)
                .collect(Collectors.joining("", CONFIGURATION_HEAD, ""));
        compare(file, Files.readString(file), declared);
    }

    private static String lines(Setting<?> setting) {
        String comment = setting.description().replaceAll("(.{1," + COMMENT_WIDTH + "})(?: |$)", "# $1\n");
        String value = setting.isOptional() ? "" : " " + setting.defaultText();
        return "\n" + comment + setting.key() + ":" + value + "\n";
    }

    @Test
    void tableOfTheDocumentationSaysWhatIsDeclared() throws IOException {
        Path file = Path.of("docs", "cli.md");
        String page = Files.readString(file);
        int start = page.indexOf(TABLE_HEAD);
        String table =
                Setting.all().stream().map(SettingsInFilesTest::row).collect(Collectors.joining("", TABLE_HEAD, ""));
        compare(file, page.substring(start, page.indexOf("\n\n", start) + 1), table);
    }

    private static String row(Setting<?> setting) {
        return String.format(
                "| `%s` | %s | %s | %s |\n",
                setting.key(),
                markdown(setting.defaultText()),
                markdown(setting.type().expected()),
                markdown(setting.description()));
    }

    /** Text that a page shows as it is. */
    private static String markdown(String text) {
        return text.replaceAll("[<|*]", "\\\\$0");
    }

    private static void compare(Path file, String written, String declared) throws IOException {
        if (REWRITE) {
            Files.writeString(file, Files.readString(file).replace(written, declared));
        } else {
            assertEquals(declared, written, file + " differs; " + REMEDY);
        }
    }
}
