package org.finetune.benchmark;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.GraphWeights;
import org.finetune.model.MobileNetV2;
import org.finetune.model.TransferGraph;
import org.finetune.testing.RandomWeights;

/** The network of a benchmark: five classes, random parameters, the last 20 layers trained. */
final class BenchmarkNetwork {
    static final int CLASSES = 5;
    static final int TRAINING_BATCH = 32;
    private static final int UNFREEZE = 20;
    private static final double LEARNING_RATE = 1e-5;

    final Architecture architecture;
    final FreezeBoundary boundary;
    final ComputationGraph graph;

    BenchmarkNetwork(double alpha, int size) {
        architecture = Architecture.of(alpha, size);
        boundary = new FreezeBoundary(architecture, UNFREEZE);
        ComputationGraph head = TransferGraph.withNewHead(
                new MobileNetV2(architecture, MobileNetV2.IMAGENET_CLASSES, 1, wanted -> null).init(),
                architecture,
                CLASSES,
                0,
                LEARNING_RATE);
        GraphWeights.write(RandomWeights.of(architecture.network(CLASSES), 1), head, architecture.network(CLASSES));
        graph = TransferGraph.refrozen(head, boundary, LEARNING_RATE);
    }
}
