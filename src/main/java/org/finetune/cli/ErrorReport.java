package org.finetune.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.terminal.Terminal;
import picocli.CommandLine.ParameterException;

/** Tells the user why a command failed. The methods return the exit code. */
final class ErrorReport {
    private final PrintWriter err;
    private final Terminal terminal;
    private final boolean verbose;

    ErrorReport(PrintWriter err, Terminal terminal, boolean verbose) {
        this.err = err;
        this.terminal = terminal;
        this.verbose = verbose;
    }

    /** A wrong command line. */
    int reportUsage(ParameterException e) {
        print(UsageError.sentence(e));
        trace(e);
        return ExitCode.USAGE.code();
    }

    /** Any other failure. */
    int report(Throwable e) {
        ExitCode exitCode;
        OutOfMemoryError outOfMemory = outOfMemory(e);
        if (e instanceof FinetuneException failure) {
            print(failure.getMessage());
            exitCode = failure.exitCode();
        } else if (outOfMemory != null) {
            print("out of memory (" + outOfMemory.getMessage() + "); try a smaller --batch-size or --size, or give the "
                    + "process more: 'finetune doctor' shows the limits");
            exitCode = ExitCode.BACKEND;
        } else {
            print("unexpected error: " + e + (verbose ? "" : "; --verbose shows more"));
            exitCode = ExitCode.UNEXPECTED;
        }
        trace(e);
        return exitCode.code();
    }

    private void print(String message) {
        err.println(terminal.bad("finetune: ") + Printable.of(message));
    }

    private void trace(Throwable e) {
        if (verbose) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            text.toString().lines().forEach(line -> err.println(Printable.of(line.replace("\t", "    "))));
        }
    }

    /** Native code's lack of memory arrives wrapped. */
    private static OutOfMemoryError outOfMemory(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError error) {
                return error;
            }
        }
        return null;
    }
}
