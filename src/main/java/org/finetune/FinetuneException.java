package org.finetune;

/**
 * A failure whose cause lies with the input or the machine. The message is one clear sentence for the user that names
 * the file or option and the remedy.
 */
public class FinetuneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    public FinetuneException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public FinetuneException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
