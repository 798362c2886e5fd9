package org.finetune.serve.http;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.IntSupplier;
import org.finetune.inference.ClassifierListener;

/** What the server counts and measures, for Prometheus. */
public final class ServerMetrics {
    private static final double NANOS = 1e-9;
    private static final double[] SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };
    private static final double[] IMAGES = {1, 2, 4, 8, 16, 32, 64, 128, 256};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = Counter.builder()
            .name("finetune_http_requests_total")
            .help("Requests that were answered, by route and status.")
            .labelNames("route", "status")
            .register(registry);
    private final Histogram latency = Histogram.builder()
            .classicOnly()
            .name("finetune_http_request_duration_seconds")
            .help("Time from the first byte of a request to the last byte of its response, by route.")
            .labelNames("route")
            .classicUpperBounds(SECONDS)
            .register(registry);
    private final Histogram batches = Histogram.builder()
            .classicOnly()
            .name("finetune_batch_images")
            .help("Number of images that share a batch, by model.")
            .labelNames("model")
            .classicUpperBounds(IMAGES)
            .register(registry);
    private final Histogram decoding =
            seconds("finetune_decode_duration_seconds", "Time to decode and resize an image, by model.");
    private final Histogram computing =
            seconds("finetune_compute_duration_seconds", "Time to run the network on a batch, by model.");
    private final Counter badImages = Counter.builder()
            .name("finetune_bad_images_total")
            .help("Images that could not be used, by model.")
            .labelNames("model")
            .register(registry);
    private final Counter reloads = Counter.builder()
            .name("finetune_model_reloads_total")
            .help("Reloads of a model, by model and outcome.")
            .labelNames("model", "outcome")
            .register(registry);

    public ServerMetrics() {
        ProcessMetrics.builder().register(registry);
    }

    private Histogram seconds(String name, String help) {
        return Histogram.builder()
                .classicOnly()
                .name(name)
                .help(help)
                .labelNames("model")
                .classicUpperBounds(SECONDS)
                .register(registry);
    }

    /**
     * Adds the number of images that are in the server.
     *
     * @param queued asks for it
     */
    public void queue(IntSupplier queued) {
        GaugeWithCallback.builder()
                .name("finetune_queue_images")
                .help("Images that were received and are not answered yet.")
                .callback(gauge -> gauge.call(queued.getAsInt()))
                .register(registry);
    }

    /** Counts what the classifier of a model does. */
    public ClassifierListener listener(String model) {
        return new ClassifierListener() {
            @Override
            public void decoded(long nanos) {
                decoding.labelValues(model).observe(nanos * NANOS);
            }

            @Override
            public void classified(int images, long nanos) {
                batches.labelValues(model).observe(images);
                computing.labelValues(model).observe(nanos * NANOS);
            }
        };
    }

    /** Counts an image that cannot be used. */
    public void badImage(String model) {
        badImages.labelValues(model).inc();
    }

    /** Counts a model that was, or could not be, loaded again. */
    public void reloaded(String model, boolean successful) {
        reloads.labelValues(model, successful ? "success" : "failure").inc();
    }

    void answered(String route, int status, long nanos) {
        requests.labelValues(route, Integer.toString(status)).inc();
        latency.labelValues(route).observe(nanos * NANOS);
    }

    /** All metrics, in Prometheus's text format. */
    public HttpResponse response() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return HttpResponse.of(PrometheusTextFormatWriter.CONTENT_TYPE, text.toByteArray());
    }
}
