package org.finetune.cli;

import java.io.PrintWriter;

/**
 * Where a command prints: results to standard output, everything about how it goes to standard error.
 *
 * @param out standard output
 * @param err standard error
 * @param quiet whether only warnings and results are wanted
 * @param terminal what standard error can show
 */
record Console(PrintWriter out, PrintWriter err, boolean quiet, Terminal terminal) {

    /** A fact worth a line. */
    void info(String message) {
        if (!quiet) {
            err.println(Printable.of(message));
        }
    }

    /** Something the user should know and perhaps act on. */
    void warning(String message) {
        err.println("warning: " + Printable.of(message));
    }
}
