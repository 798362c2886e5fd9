package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.data.decode.Preprocessing;
import org.finetune.engine.ActivationMap;
import org.finetune.model.Architecture;
import org.finetune.model.GraphWeights;
import org.finetune.model.MobileNetV2;
import org.finetune.model.SavedModel;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Class activation maps against Deeplearning4j's own layers, which know nothing of maps. */
class ActivationMapTest {
    private static final int SIZE = 96;
    private static final int IMAGES = 2;
    private static final List<String> CLASSES = List.of("a", "b", "c");

    @Test
    void meanAndBiasAreTheLogit() {
        Architecture architecture = Architecture.of(0.35, SIZE);
        Weights weights = RandomWeights.of(architecture.network(CLASSES.size()), 3);
        SavedModel model = new SavedModel(architecture, CLASSES, 0, new Preprocessing(SIZE).toMap(), weights);
        float[] pixels = new float[IMAGES * SIZE * SIZE * 3];
        Random random = new Random(4);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat() * 2 - 1;
        }
        double[][] logits = logits(architecture, weights, pixels);
        float[] bias = weights.get(Architecture.PREDICTIONS, "bias").values();
        try (FastClassifier classifier = new FastClassifier(model, IMAGES, true);
                FloatPointer input = new FloatPointer(pixels)) {
            classifier.classify(input, IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                for (int label = 0; label < CLASSES.size(); label++) {
                    ActivationMap map = classifier.map(image, label);
                    assertEquals(9, map.values().length, "places of the last activations");
                    assertEquals(logits[image][label], map.mean() + bias[label], 1e-3);
                }
            }
        }
    }

    /** What goes into the softmax of the stock graph: pooled features times kernel, plus bias. */
    private static double[][] logits(Architecture architecture, Weights weights, float[] pixels) {
        ComputationGraph graph = new MobileNetV2(architecture, CLASSES.size(), 1, wanted -> null).init();
        GraphWeights.write(weights, graph, architecture.network(CLASSES.size()));
        INDArray images = Nd4j.createFromArray(pixels).reshape('c', IMAGES, SIZE, SIZE, 3);
        Map<String, INDArray> activations = graph.feedForward(images, false);
        INDArray features = activations.get(Architecture.POOLING);
        INDArray kernel = Nd4j.createFromArray(
                        weights.get(Architecture.PREDICTIONS, "kernel").values())
                .reshape('c', features.size(1), CLASSES.size());
        INDArray bias = Nd4j.createFromArray(
                weights.get(Architecture.PREDICTIONS, "bias").values());
        return features.mmul(kernel).addRowVector(bias).toDoubleMatrix();
    }
}
