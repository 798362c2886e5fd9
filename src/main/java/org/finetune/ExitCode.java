package org.finetune;

import java.util.Arrays;

/** What the process tells the shell about how it ended. */
public enum ExitCode {
    SUCCESS(0, "success"),
    UNEXPECTED(1, "unexpected error (a bug; run again with --verbose)"),
    USAGE(2, "wrong option, argument or configuration"),
    DATA(3, "the photos cannot be used or the output cannot be written"),
    MODEL(4, "the weights or the model cannot be used"),
    BACKEND(5, "backend unavailable or out of memory"),
    DIVERGED(6, "the training diverged"),
    ACCURACY(7, "the accuracy is below --min-accuracy"),
    ADDRESS(8, "the address to serve on cannot be used"),
    INTERRUPTED(130, "interrupted");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /**
     * The exit code of a number.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static ExitCode of(int code) {
        return Arrays.stream(values())
                .filter(exitCode -> exitCode.code == code)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no exit code: " + code));
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
