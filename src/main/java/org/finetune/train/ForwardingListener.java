package org.finetune.train;

import java.util.function.Supplier;

/** Passes on all that it is told. Subclasses change or add to some of it. */
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
    public void taskStarted(String name, long total) {
        listener.taskStarted(name, total);
    }

    @Override
    public void taskProgress(long done, Supplier<String> detail) {
        listener.taskProgress(done, detail);
    }

    @Override
    public void epochFinished(EpochResult result, int epochs) {
        listener.epochFinished(result, epochs);
    }

    @Override
    public void taskFinished() {
        listener.taskFinished();
    }
}
