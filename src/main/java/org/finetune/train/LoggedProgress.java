package org.finetune.train;

import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what is worth keeping to the log, at a level that the terminal does not show again, and passes it on. */
final class LoggedProgress implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedProgress.class);

    private final TrainingListener listener;

    LoggedProgress(TrainingListener listener) {
        this.listener = listener;
    }

    @Override
    public void info(String message) {
        LOG.info("{}", message);
        listener.info(message);
    }

    @Override
    public void fact(String label, String text) {
        LOG.info("{}: {}", label, text);
        listener.fact(label, text);
    }

    @Override
    public void warning(String message) {
        LOG.info("Warning: {}", message);
        listener.warning(message);
    }

    @Override
    public void stageStarted(String name, long total) {
        LOG.info("Stage {} begins, {} photos", name, total);
        listener.stageStarted(name, total);
    }

    @Override
    public void stageProgress(long done, Supplier<String> detail) {
        listener.stageProgress(done, detail);
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        LOG.info(String.format(
                Locale.ROOT,
                "%s epoch %d/%d: loss %.4f, accuracy %.1f%%, validation loss %.4f, validation accuracy %.1f%%, %.2f s%s",
                result.phase().label(),
                result.epoch(),
                epochs,
                result.trainLoss(),
                100 * result.trainTop1(),
                result.valLoss(),
                100 * result.valTop1(),
                result.seconds(),
                result.best() ? ", best so far" : ""));
        listener.epochFinished(result, epochs);
    }

    @Override
    public void stageFinished() {
        listener.stageFinished();
    }
}
