package org.finetune.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.testing.RandomWeights;

/** The smallest model there is, with random parameters. */
final class SmallModel {
    private SmallModel() {}

    static SavedModel of(List<String> classes) {
        Architecture architecture = Architecture.of(0.35, 32);
        return new SavedModel(
                architecture,
                classes,
                20,
                Map.of("version", 1, "resize", "stretch"),
                RandomWeights.of(architecture.network(classes.size()), 4));
    }

    /** The model as stock layers; building it takes half a second. */
    static ComputationGraph graph(SavedModel model) {
        int classes = model.classes().size();
        ComputationGraph graph = new MobileNetV2(model.architecture(), classes, 1, wanted -> model.weights()).init();
        GraphWeights.write(model.weights(), graph, model.architecture().network(classes));
        return graph;
    }

    /** The model's file. */
    static byte[] bytes(SavedModel model, ComputationGraph graph) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelFile.write(out, model, graph);
        return out.toByteArray();
    }
}
