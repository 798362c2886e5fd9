package org.finetune.benchmark;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;

/** The network of a benchmark: five classes, random parameters, the last 20 layers trained. */
final class BenchmarkNetwork {
    static final int CLASSES = 5;
    static final int TRAINING_BATCH = 32;
    private static final int UNFREEZE = 20;
    private static final double LEARNING_RATE = 1e-5;

    final Architecture architecture;
    final FreezeBoundary boundary;
    final Weights weights;

    BenchmarkNetwork(double alpha, int size) {
        architecture = Architecture.of(alpha, size);
        boundary = new FreezeBoundary(architecture, UNFREEZE);
        weights = RandomWeights.of(architecture.network(CLASSES), 1);
    }

    /** The network as stock layers. */
    ComputationGraph graph() {
        return new TransferGraph(architecture, CLASSES, 0, LEARNING_RATE, 1).frozen(weights, boundary);
    }
}
