package org.finetune.serve.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.finetune.inference.Answer;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;
import org.finetune.serve.model.ImageOutcome;
import org.finetune.serve.model.ImageOutcomes;
import org.finetune.serve.model.ImageService;
import org.finetune.serve.model.ServedModel;
import org.finetune.serve.model.ServedModels;

/** KServe's protocol, version 2, also called Open Inference Protocol: {@code POST /v2/models/NAME/infer} and metadata. */
final class KserveEndpoint implements Endpoint {
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";
    private static final String PROBABILITIES = "probabilities";
    private static final String LABEL = "label";
    private static final String DOUBT = "doubt";

    private final ServedModels models;
    private final ImageService images;
    private final String version;

    /**
     * Makes the endpoint.
     *
     * @param version version of the server
     */
    KserveEndpoint(ServedModels models, ImageService images, String version) {
        this.models = models;
        this.images = images;
        this.version = version;
    }

    @Override
    public CompletableFuture<HttpResponse> answer(Query query) {
        ServedModel model = models.get(query.variable(Routes.MODEL));
        return query.body().thenCompose(body -> {
            InferRequest request = InferRequest.read(body, jsonLength(query, body.length));
            return classify(model, request).thenApply(outcomes -> response(model, request, outcomes));
        });
    }

    private static int jsonLength(Query query, int bodyLength) {
        try {
            return query.header(JSON_LENGTH).map(Integer::parseInt).orElse(bodyLength);
        } catch (NumberFormatException e) {
            throw HttpFailure.badRequest(JSON_LENGTH + " must be a whole number.");
        }
    }

    private CompletableFuture<ImageOutcomes> classify(ServedModel model, InferRequest request) {
        if (request.hasFiles()) {
            return images.classify(model, request.files(), false);
        }
        try (ServedModel.Lease lease = model.lease()) {
            return images.classifyPixels(
                    model, request.pixels(lease.classifier().inputSize()));
        }
    }

    private static HttpResponse response(ServedModel model, InferRequest request, ImageOutcomes outcomes) {
        List<ImageOutcome.Classified> images = outcomes.allOrFailure();
        List<Map<String, Object>> outputs = new ArrayList<>();
        if (request.wants(PROBABILITIES)) {
            List<Float> all = new ArrayList<>();
            for (ImageOutcome.Classified image : images) {
                for (float probability : image.probabilities()) {
                    all.add(probability);
                }
            }
            outputs.add(tensor(
                    PROBABILITIES,
                    "FP32",
                    List.of(images.size(), outcomes.labels().size()),
                    all));
        }
        if (request.wants(LABEL)) {
            outputs.add(texts(
                    LABEL, images, image -> image.answer().map(Answer::label).orElseGet(() -> outcomes.labels()
                            .get(image.classification().mostProbable()))));
        }
        if (request.wants(DOUBT) && images.get(0).answer().isPresent()) {
            outputs.add(texts(
                    DOUBT, images, image -> image.answer().orElseThrow().doubt().toString()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model_name", model.name());
        json.put("model_version", Integer.toString(outcomes.version()));
        if (request.id() != null) {
            json.put("id", request.id());
        }
        json.put("outputs", outputs);
        return HttpResponse.json(json);
    }

    /** A tensor with a text for each image. */
    private static Map<String, Object> texts(
            String name, List<ImageOutcome.Classified> images, Function<ImageOutcome.Classified, String> text) {
        return tensor(
                name, "BYTES", List.of(images.size()), images.stream().map(text).toList());
    }

    private static Map<String, Object> tensor(String name, String datatype, List<Integer> shape, List<?> data) {
        Map<String, Object> tensor = tensor(name, datatype, shape);
        tensor.put("data", data);
        return tensor;
    }

    private static Map<String, Object> tensor(String name, String datatype, List<Integer> shape) {
        Map<String, Object> tensor = new LinkedHashMap<>();
        tensor.put("name", name);
        tensor.put("datatype", datatype);
        tensor.put("shape", shape);
        return tensor;
    }

    /** What the server is, and the models that it has. */
    HttpResponse server(Query query) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", "finetune");
        json.put("version", version);
        json.put("extensions", List.of("binary_tensor_data"));
        json.put("models", models.all().stream().map(ServedModel::name).toList());
        return HttpResponse.json(json);
    }

    /** Whether the server lives: it answers, and need not be started again. */
    HttpResponse live(Query query) {
        images.requireWorking();
        return HttpResponse.json(Map.of("live", true));
    }

    /** Whether the server can classify: it does not answer before. */
    HttpResponse ready(Query query) {
        images.requireWorking();
        return HttpResponse.json(Map.of("ready", true));
    }

    /** Whether a model can classify: if there is one of the name, it can. */
    HttpResponse modelReady(Query query) {
        images.requireWorking();
        return HttpResponse.json(
                Map.of("name", models.get(query.variable(Routes.MODEL)).name(), "ready", true));
    }

    /** What a model takes and gives. */
    HttpResponse model(Query query) {
        ServedModel model = models.get(query.variable(Routes.MODEL));
        try (ServedModel.Lease lease = model.lease()) {
            int size = lease.classifier().inputSize();
            List<String> labels = lease.classifier().labels();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", model.name());
            json.put("versions", List.of(Integer.toString(lease.version())));
            json.put("platform", "finetune_mobilenetv2");
            json.put(
                    "inputs",
                    List.of(
                            tensor("image", "BYTES", List.of(-1)),
                            tensor("pixels", "FP32", List.of(-1, size, size, 3))));
            List<Map<String, Object>> outputs = new ArrayList<>();
            outputs.add(tensor(PROBABILITIES, "FP32", List.of(-1, labels.size())));
            outputs.add(tensor(LABEL, "BYTES", List.of(-1)));
            if (images.answers()) {
                outputs.add(tensor(DOUBT, "BYTES", List.of(-1)));
            }
            json.put("outputs", outputs);
            json.put("parameters", Map.of("labels", labels));
            return HttpResponse.json(json);
        }
    }
}
