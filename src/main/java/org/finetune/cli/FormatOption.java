package org.finetune.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** The option {@code --format} of commands whose result is text or JSON. */
final class FormatOption {
    /** Form of the result. */
    enum Format {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "text",
            order = 10,
            description = "Output format: text or json. Default: text.")
    private Format format;

    /** Whether the result is JSON rather than text. */
    boolean isJson() {
        return format == Format.JSON;
    }
}
