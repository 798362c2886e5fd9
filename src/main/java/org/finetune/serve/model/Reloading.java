package org.finetune.serve.model;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.finetune.FinetuneException;
import org.finetune.serve.http.ServerMetrics;

/** Loads models again, on a thread of its own: when it is told to, and if wanted when their files change. */
public final class Reloading implements AutoCloseable {
    private final ServedModels models;
    private final ServerMetrics metrics;
    private final Consumer<String> notices;
    private final Consumer<String> warnings;
    private final Map<String, String> failed = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread reloader = new Thread(work, "reload");
        reloader.setDaemon(true);
        return reloader;
    });

    /**
     * Prepares reloading.
     *
     * @param notices is notified of models that were loaded again
     * @param warnings is notified of models that could not be
     */
    public Reloading(ServedModels models, ServerMetrics metrics, Consumer<String> notices, Consumer<String> warnings) {
        this.models = models;
        this.metrics = metrics;
        this.notices = notices;
        this.warnings = warnings;
    }

    /** Loads all models again soon. */
    public void reloadAll() {
        thread.execute(() -> models.all().forEach(this::reload));
    }

    /** Looks at the files again and again, and loads those models whose file has changed. One that is damaged is tried once. */
    public void watch(Duration interval) {
        ScheduledFuture<?> unused = thread.scheduleWithFixedDelay(
                this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (ServedModel model : models.all()) {
            if (model.hasChanged() && !model.content().equals(failed.get(model.name()))) {
                reload(model);
            }
        }
    }

    private void reload(ServedModel model) {
        String content = model.content();
        try {
            model.reload();
            failed.remove(model.name());
            metrics.reloaded(model.name(), true);
            notices.accept("Reloaded " + model.name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | OutOfMemoryError e) {
            failed.put(model.name(), content);
            metrics.reloaded(model.name(), false);
            String reason = e instanceof FinetuneException ? e.getMessage() : "It cannot be loaded: " + e;
            warnings.accept("Still serving '" + model.name() + "' as it was. " + reason);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
