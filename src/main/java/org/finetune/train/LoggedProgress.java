package org.finetune.train;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is worth keeping to the log, at a level that the terminal does not show again, and passes it on. */
final class LoggedProgress extends ForwardingListener {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

    LoggedProgress(TrainingListener listener) {
        super(listener);
    }

    @Override
    public void info(String message) {
        LOG.info("{}", message);
        super.info(message);
    }

    @Override
    public void fact(String label, String text) {
        LOG.info("{}: {}", label, text);
        super.fact(label, text);
    }

    @Override
    public void warning(String message) {
        LOG.info("Warning: {}", message);
        super.warning(message);
    }

    @Override
    public void taskStarted(String name, long total) {
        LOG.info("{}: started, {} photos", name, total);
        super.taskStarted(name, total);
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        LOG.info("{}", result.toLine(epochs));
        super.epochFinished(result, epochs);
    }
}
