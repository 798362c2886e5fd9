package org.finetune.serve.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.ServerMetrics;
import org.finetune.serve.model.ImageService;
import org.finetune.serve.model.ServedModels;

/** All endpoints of the server. */
public final class Routes {
    /** The variable part of paths that is the name of a model. */
    public static final String MODEL = "model";

    private static final String GET = "GET";
    private static final String POST = "POST";

    private final List<Route> all = new ArrayList<>();

    /**
     * Makes the endpoints.
     *
     * @param version version of the server
     */
    public Routes(ServedModels models, ImageService images, ServerMetrics metrics, String version) {
        add(POST, "/predict", new PredictEndpoint(models, images));
        addPage();
        addProbes(images, metrics);
        addKserve(new KserveEndpoint(models, images, version));
        addTensorFlowServing(new TensorFlowServingEndpoint(models, images));
    }

    private void addPage() {
        addOpen("/", PageFile.of("page.html", "text/html; charset=utf-8"));
        addOpen("/page.css", PageFile.of("page.css", "text/css; charset=utf-8"));
        addOpen("/page.js", PageFile.of("page.js", "text/javascript; charset=utf-8"));
        addOpen("/icon.svg", PageFile.of("icon.svg", "image/svg+xml"));
    }

    private void addProbes(ImageService images, ServerMetrics metrics) {
        HttpResponse ok = HttpResponse.of("text/plain; charset=utf-8", "ok\n".getBytes(StandardCharsets.UTF_8));
        addOpen("/healthz", (Endpoint.Immediate) query -> {
            images.requireWorking();
            return ok;
        });
        add(GET, "/metrics", (Endpoint.Immediate) query -> metrics.response());
    }

    private void addKserve(KserveEndpoint kserve) {
        add(GET, "/v2", (Endpoint.Immediate) kserve::server);
        addOpen("/v2/health/live", (Endpoint.Immediate) kserve::live);
        addOpen("/v2/health/ready", (Endpoint.Immediate) kserve::ready);
        add(GET, "/v2/models/{model}", (Endpoint.Immediate) kserve::model);
        add(GET, "/v2/models/{model}/ready", (Endpoint.Immediate) kserve::modelReady);
        add(POST, "/v2/models/{model}/infer", kserve);
    }

    private void addTensorFlowServing(TensorFlowServingEndpoint serving) {
        add(GET, "/v1/models/{model}", (Endpoint.Immediate) serving::status);
        add(GET, "/v1/models/{model}/metadata", (Endpoint.Immediate) serving::metadata);
        add(POST, "/v1/models/{model}:predict", serving);
    }

    private void add(String method, String path, Endpoint endpoint) {
        all.add(new Route(method, path, pattern(path), false, endpoint));
    }

    private void addOpen(String path, Endpoint endpoint) {
        all.add(new Route(GET, path, pattern(path), true, endpoint));
    }

    /** Names of models may have colons, but a path that ends in one and a verb is that of the verb. */
    private static Pattern pattern(String path) {
        return Pattern.compile("\\Q" + path.replace("{" + MODEL + "}", "\\E(?<" + MODEL + ">[^/]+)\\Q") + "\\E");
    }

    /** All routes. */
    public List<Route> all() {
        return List.copyOf(all);
    }
}
