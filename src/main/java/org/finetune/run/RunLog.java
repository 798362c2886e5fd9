package org.finetune.run;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.nio.file.Path;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what this program logs to a file too, and of its libraries warnings and errors, from when it is opened until it is
 * closed. It is for people to read: a line has the time, the level and a sentence. What is logged by threads of other groups than
 * that of the thread that opens it, but for groups above and below, belongs to other runs.
 */
public final class RunLog implements AutoCloseable {
    private final FileAppender<ILoggingEvent> appender = new FileAppender<>();

    /**
     * Opens the log.
     *
     * @param file the file; what is in it already is kept
     * @throws FinetuneException with {@link ExitCode#DATA} if there is a link or a pipe in its place
     */
    public RunLog(Path file) {
        try {
            // Logback would follow a link, and wait for a pipe.
            PlainFiles.requireRegular(file);
        } catch (IOException e) {
            throw AtomicFile.cannotWrite(file, e, "--out");
        }
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        // logback.xml says what makes messages printable.
        encoder.setPattern("%date{yyyy-MM-dd HH:mm:ss} %-5level %printable%n");
        encoder.start();
        appender.setContext(context);
        appender.setName(file.toString());
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.addFilter(new OfThisRun());
        appender.start();
        root().addAppender(appender);
    }

    /** Denies what other runs say, and what libraries say about how they go about it. */
    private static final class OfThisRun extends Filter<ILoggingEvent> {
        private static final String OWN = "org.finetune";

        private final ThreadGroup group = Thread.currentThread().getThreadGroup();

        @Override
        public FilterReply decide(ILoggingEvent event) {
            boolean wanted = event.getLevel().isGreaterOrEqual(Level.WARN)
                    || (event.getLoggerName().startsWith(OWN)
                            && event.getLevel().isGreaterOrEqual(Level.INFO));
            return wanted && isOfThisRun() ? FilterReply.NEUTRAL : FilterReply.DENY;
        }

        /** Filters run on the thread that logs. */
        private boolean isOfThisRun() {
            ThreadGroup logging = Thread.currentThread().getThreadGroup();
            return group.parentOf(logging) || logging.parentOf(group);
        }
    }

    @Override
    public void close() {
        root().detachAppender(appender);
        appender.stop();
    }

    private static ch.qos.logback.classic.Logger root() {
        return (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
