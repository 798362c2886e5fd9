package org.finetune.train;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.zoo.PretrainedType;
import org.finetune.engine.Engine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.fast.OpProfile;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.GraphWeights;
import org.finetune.model.HeadInitializer;
import org.finetune.model.MobileNetV2;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/** Makes the network of a run, and what executes it. */
final class NetworkFactory {
    private final TrainSettings settings;
    private final Architecture architecture;
    private final int classes;

    NetworkFactory(TrainSettings settings, Architecture architecture, int classes) {
        this.settings = settings;
        this.architecture = architecture;
        this.classes = classes;
    }

    /**
     * What executes the network.
     *
     * @param profile where the time of each operation of the fast engine is added up, or null
     */
    Engine engine(OpProfile profile) {
        return switch (settings.get(Setting.ENGINE)) {
            case FAST -> new FastEngine(architecture, classes, profile);
            case GRAPH -> new GraphEngine(architecture, classes);
        };
    }

    /** The network at the beginning of phase 1: pretrained, frozen, with a new head. */
    ComputationGraph withNewHead(Weights pretrained) {
        MobileNetV2 zooModel = new MobileNetV2(
                architecture, MobileNetV2.IMAGENET_CLASSES, settings.get(Setting.SEED), wanted -> pretrained);
        ComputationGraph graph = TransferGraph.withNewHead(
                zooModel.initPretrained(PretrainedType.IMAGENET),
                architecture,
                classes,
                settings.get(Setting.DROPOUT),
                settings.get(Setting.HEAD_LR));
        GraphWeights.write(
                HeadInitializer.glorotUniform(architecture, classes, settings.get(Setting.SEED)),
                graph,
                architecture.head(classes));
        return graph;
    }

    /** The network as it is saved, of stock layers, none of them frozen. */
    ComputationGraph finished(ComputationGraph graph, Weights weights) {
        ComputationGraph result = TransferGraph.unfrozen(graph);
        GraphWeights.write(weights, result, architecture.network(classes));
        return result;
    }
}
