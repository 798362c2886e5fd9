package org.finetune.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import org.finetune.backend.MemoryShortage;
import org.finetune.cli.doctor.JavaHeap;
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
    int reportUsage(ParameterException e, String... arguments) {
        print(UsageError.sentence(e, arguments));
        trace(e);
        return ExitCode.USAGE.code();
    }

    /** Any other failure. */
    int report(Throwable e) {
        ExitCode exitCode;
        Optional<MemoryShortage> shortage = MemoryShortage.in(e);
        if (e instanceof FinetuneException failure) {
            print(failure.getMessage());
            exitCode = failure.exitCode();
        } else if (shortage.isPresent()) {
            print(explanation(shortage.get(), e));
            exitCode = ExitCode.BACKEND;
        } else {
            print("unexpected error: " + e + (verbose ? "" : "; add --verbose for details"));
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

    private static String explanation(MemoryShortage shortage, Throwable e) {
        return switch (shortage) {
            case HEAP -> "Java's heap of " + (JavaHeap.limit() >> 20)
                    + " MiB is too small; raise it, for example with FINETUNE_JAVA_OPTS=-Xmx2g, or give the "
                    + "machine or container more memory";
            case NATIVE -> "out of memory (" + FailureReason.ofRoot(e)
                    + "); use a smaller --batch-size or --size, or give the machine or container more memory "
                    + "('finetune doctor' shows the limits)";
            case DEVICE -> FailureReason.ofRoot(e)
                    + "; use a smaller --batch-size or --size, or --backend cpu, or close other programs that use the GPU's memory "
                    + "('nvidia-smi' shows them)";
            case THREADS -> "the system refuses to start another thread for this user; raise the limit ('ulimit "
                    + "-u', or the container's pids limit), or use fewer --threads";
        };
    }
}
