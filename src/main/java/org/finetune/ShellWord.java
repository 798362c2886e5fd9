package org.finetune;

import java.nio.file.Path;

/** Words of a shell's command line, for commands that are offered to be copied. */
public final class ShellWord {
    private static final String UNQUOTED = "[\\w@%+=:,./-]+";

    private ShellWord() {}

    /** A path as a word, quoted where a shell would read it differently; never an option. */
    public static String of(Path path) {
        String text = path.toString();
        return of(text.startsWith("-") ? "./" + text : text);
    }

    /** A text as a word, quoted where a shell would read it differently. */
    public static String of(String text) {
        if (text.matches(UNQUOTED)) {
            return text;
        }
        if (Printable.of(text).equals(text)) {
            return "'" + text.replace("'", "'\\''") + "'";
        }
        return "$'" + Printable.of(text.replace("\\", "\\\\").replace("'", "\\'")) + "'";
    }
}
