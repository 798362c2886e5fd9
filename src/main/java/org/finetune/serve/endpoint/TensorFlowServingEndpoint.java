package org.finetune.serve.endpoint;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;
import org.finetune.serve.model.ImageOutcome;
import org.finetune.serve.model.ImageService;
import org.finetune.serve.model.ServedModel;
import org.finetune.serve.model.ServedModels;

/** The REST API of TensorFlow Serving: {@code POST /v1/models/NAME:predict} and the state of a model. */
final class TensorFlowServingEndpoint implements Endpoint {
    private static final String FORM = "{\"instances\": [{\"b64\": \"...\"}]}, with at least one image file in base64";

    private final ServedModels models;
    private final ImageService images;

    TensorFlowServingEndpoint(ServedModels models, ImageService images) {
        this.models = models;
        this.images = images;
    }

    /** The body of a request. */
    private record PredictRequest(List<EncodedInstance> instances) {}

    @Override
    public CompletableFuture<HttpResponse> answer(Query query) {
        ServedModel model = models.get(query.variable(Routes.MODEL));
        return query.body()
                .thenCompose(body -> images.classify(model, files(body), false))
                .thenApply(outcomes -> HttpResponse.json(Map.of(
                        "predictions",
                        outcomes.allOrFailure().stream()
                                .map(ImageOutcome.Classified::probabilities)
                                .toList())));
    }

    private static List<byte[]> files(byte[] body) {
        PredictRequest request = JsonBodies.read(body, body.length, PredictRequest.class, FORM);
        JsonBodies.require(
                request.instances() != null
                        && !request.instances().isEmpty()
                        && request.instances().stream().allMatch(instance -> instance != null),
                FORM);
        return request.instances().stream().map(EncodedInstance::file).toList();
    }

    /** The state of a model. */
    HttpResponse status(Query query) {
        images.requireWorking();
        try (ServedModel.Lease lease = models.get(query.variable(Routes.MODEL)).lease()) {
            return HttpResponse.json(Map.of(
                    "model_version_status",
                    List.of(Map.of(
                            "version",
                            Integer.toString(lease.version()),
                            "state",
                            "AVAILABLE",
                            "status",
                            Map.of("error_code", "OK", "error_message", "")))));
        }
    }

    /** What a model takes and gives, and the names of its classes in the order of the probabilities. */
    HttpResponse metadata(Query query) {
        String name = query.variable(Routes.MODEL);
        try (ServedModel.Lease lease = models.get(name).lease()) {
            return HttpResponse.json(Map.of(
                    "model_spec",
                    Map.of("name", name, "version", Integer.toString(lease.version())),
                    "metadata",
                    Map.of("labels", lease.classifier().labels())));
        }
    }
}
