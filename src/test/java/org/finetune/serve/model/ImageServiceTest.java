package org.finetune.serve.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.data.decode.Preprocessing;
import org.finetune.inference.PhotoClassifier;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.serve.http.HttpFailure;
import org.finetune.serve.http.ServerMetrics;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;

class ImageServiceTest {
    private static final int SIZE = 32;

    private static PhotoClassifier classifier() {
        Architecture architecture = Architecture.of(0.35, SIZE);
        SavedModel model = new SavedModel(
                architecture,
                List.of("a", "b"),
                0,
                new Preprocessing(SIZE).toMap(),
                RandomWeights.of(architecture.network(2), 1));
        return PhotoClassifier.of(model, PhotoClassifier.Options.defaults());
    }

    /** As where a model of another size was loaded after the request's shape was checked. */
    @Test
    void imagesThatTheNetworkDoesNotTakeLeaveTheirPlaceToOthers() {
        ServedModel model = new ServedModel("small", Path.of("none"), path -> classifier());
        ImageService service = new ImageService(1, Optional.empty(), new ServerMetrics(), Runnable::run);
        for (int request = 0; request < 3; request++) {
            ImageOutcomes outcomes =
                    service.classifyPixels(model, List.of(new float[SIZE])).join();
            ImageOutcome.Failed failed = assertInstanceOf(
                    ImageOutcome.Failed.class, outcomes.images().get(0));
            assertEquals(HttpFailure.INTERNAL, failed.failure().status());
        }
    }
}
