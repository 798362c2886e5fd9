package org.finetune.cli;

/** What standard error can show. Java cannot tell what standard error is, so the launcher passes it. */
enum Terminal {
    /** It is a file or a pipe, or a terminal without cursor movement. */
    NONE,
    ASCII,
    UNICODE;

    static Terminal current() {
        return switch (System.getProperty("finetune.terminal", "")) {
            case "unicode" -> UNICODE;
            case "ascii" -> ASCII;
            default -> NONE;
        };
    }
}
