package org.finetune.train;

import java.util.function.Supplier;

/** Passes on all that it hears. Subclasses change or add to some of it. */
abstract class ForwardingListener implements TrainingListener {
    private final TrainingListener listener;

    ForwardingListener(TrainingListener listener) {
        this.listener = listener;
    }

    @Override
    public void info(String message) {
        listener.info(message);
    }

    @Override
    public void fact(String label, String text) {
        listener.fact(label, text);
    }

    @Override
    public void warning(String message) {
        listener.warning(message);
    }

    @Override
    public void stageStarted(String name, long total) {
        listener.stageStarted(name, total);
    }

    @Override
    public void stageProgress(long done, Supplier<String> detail) {
        listener.stageProgress(done, detail);
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        listener.epochFinished(result, epochs);
    }

    @Override
    public void stageFinished() {
        listener.stageFinished();
    }
}
