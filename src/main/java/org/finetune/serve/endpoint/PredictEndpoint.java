package org.finetune.serve.endpoint;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.finetune.inference.ClassProbability;
import org.finetune.serve.http.HttpResponse;
import org.finetune.serve.http.Query;
import org.finetune.serve.model.ImageOutcome;
import org.finetune.serve.model.ImageOutcomes;
import org.finetune.serve.model.ImageService;
import org.finetune.serve.model.ServedModel;
import org.finetune.serve.model.ServedModels;

/**
 * {@code POST /predict}: the classes of an image, {@code [{"label": ..., "score": ...}]} with the most probable first, or a list
 * of such for several. Of several, those that cannot be used have an object with {@code status} and {@code error} instead. If
 * the server has a threshold, the first class has {@code answer} and {@code doubt} too.
 */
final class PredictEndpoint implements Endpoint {
    private static final int TOP = 5;

    private final ServedModels models;
    private final ImageService images;

    PredictEndpoint(ServedModels models, ImageService images) {
        this.models = models;
        this.images = images;
    }

    @Override
    public CompletableFuture<HttpResponse> answer(Query query) {
        int top = query.count("top", TOP);
        boolean explain = query.flag("explain");
        ServedModel model = query.parameter("model").map(models::get).orElseGet(models::first);
        return ImageParts.read(query)
                .thenCompose(files -> images.classify(model, files, explain))
                .thenApply(outcomes -> response(outcomes, top));
    }

    private static HttpResponse response(ImageOutcomes outcomes, int top) {
        if (outcomes.images().size() == 1) {
            return HttpResponse.json(
                    classes(outcomes.labels(), outcomes.allOrFailure().get(0), top));
        }
        boolean allFailed = outcomes.images().stream().allMatch(ImageOutcome.Failed.class::isInstance);
        int status = allFailed && outcomes.images().get(0) instanceof ImageOutcome.Failed first
                ? first.failure().status()
                : HttpResponse.OK;
        return HttpResponse.json(
                status,
                outcomes.images().stream()
                        .map(image -> image instanceof ImageOutcome.Classified classified
                                ? classes(outcomes.labels(), classified, top)
                                : error((ImageOutcome.Failed) image))
                        .toList());
    }

    private static Map<String, Object> error(ImageOutcome.Failed image) {
        return Map.of(
                "status", image.failure().status(), "error", image.failure().getMessage());
    }

    private static List<Map<String, Object>> classes(List<String> labels, ImageOutcome.Classified image, int top) {
        List<Map<String, Object>> classes = new ArrayList<>();
        for (ClassProbability candidate : ClassProbability.ranked(labels, image.probabilities(), top)) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("label", candidate.label());
            json.put("score", candidate.probability());
            if (classes.isEmpty()) {
                image.answer().ifPresent(answer -> {
                    json.put("answer", answer.label());
                    json.put("doubt", answer.doubt().toString());
                });
                image.overlay()
                        .ifPresent(png -> json.put("map", Base64.getEncoder().encodeToString(png)));
            }
            classes.add(json);
        }
        return classes;
    }
}
