package org.finetune.data.decode.process;

/** The process that decodes has ended. */
final class DecoderDeathException extends Exception {
    private static final long serialVersionUID = 1L;
    /** What Java says of a process that ended by a signal is this and the signal's number. */
    private static final int BY_SIGNAL = 128;

    private static final int SIGKILL = 9;

    private final boolean ready;
    private final int exitCode;
    private final boolean overdue;

    /**
     * An end.
     *
     * @param ready whether the process was able to decode before
     */
    DecoderDeathException(boolean ready, int exitCode) {
        super(exitCode > BY_SIGNAL ? "ended by signal " + (exitCode - BY_SIGNAL) : "ended with exit code " + exitCode);
        this.ready = ready;
        this.exitCode = exitCode;
        this.overdue = false;
    }

    /** The end of a process that was killed because it had taken too long for a file. */
    DecoderDeathException(DecoderDeathException death) {
        super("took too long", death);
        this.ready = true;
        this.exitCode = death.exitCode;
        this.overdue = true;
    }

    boolean wasReady() {
        return ready;
    }

    /** Whether it was killed because it had taken too long for a file. */
    boolean wasOverdue() {
        return overdue;
    }

    /** Whether it was killed from outside: no fault of its own ends a process by this signal. */
    boolean wasKilled() {
        return exitCode == BY_SIGNAL + SIGKILL;
    }
}
