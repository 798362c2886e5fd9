package org.finetune.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a report. What goes wrong is a warning, since what the report is about is safe. */
final class ReportAttempt {
    private static final Logger LOG = LoggerFactory.getLogger(ReportAttempt.class);

    private final Consumer<String> warnings;

    /** Something that makes a report. */
    interface Maker {
        void make() throws IOException;
    }

    /**
     * Prepares an attempt.
     *
     * @param warnings is told what the user should know, one sentence each
     */
    ReportAttempt(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /**
     * Makes a report, or warns that it could not be made.
     *
     * @param consolation a sentence on what there is all the same
     */
    void make(Maker maker, String consolation) {
        long start = System.nanoTime();
        try {
            maker.make();
            LOG.info("Report made in {} s", Figures.decimal((System.nanoTime() - start) / 1e9, 2));
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
            LOG.info("No report", e);
            warnings.accept("The report could not be written: " + reason(e) + ". " + consolation);
        }
    }

    /** The plots; empty where Java cannot draw, as on machines without any font. */
    <P> Optional<P> plots(CompletableFuture<P> plots) {
        try {
            return Optional.of(plots.join());
        } catch (CompletionException e) {
            LOG.info("No plots", e);
            // Where it is no file that failed, it is Java's graphics, which are there but for fonts.
            boolean file = e.getCause() instanceof UncheckedIOException || e.getCause() instanceof FinetuneException;
            warnings.accept("The plots could not be drawn: " + reason(e) + ". The report has tables instead"
                    + (file ? "." : "; to draw, Java needs a font, such as the one in fonts-dejavu-core."));
            return Optional.empty();
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof CompletionException
                        || cause instanceof UncheckedIOException
                        || cause instanceof ExceptionInInitializerError)) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException io) {
            return FailureReason.of(io);
        }
        String message = cause.getMessage() == null ? "Java gives no reason" : cause.getMessage();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }
}
