package org.finetune.engine.select;

import org.finetune.backend.cuda.CurrentGpu;
import org.finetune.engine.Classifier;
import org.finetune.engine.Engine;
import org.finetune.engine.EngineType;
import org.finetune.engine.OpProfile;
import org.finetune.engine.cuda.CudaClassifier;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastClassifier;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;

/** The engines that there are. */
public final class Engines {
    private Engines() {}

    /**
     * An engine for training. The fast one computes on the GPU, if {@link CurrentGpu} has one.
     *
     * @param architecture the network without its head
     * @param classes outputs of the head
     * @param profile where the time of the engine's operations is added up
     */
    public static Engine of(EngineType type, Architecture architecture, int classes, OpProfile profile) {
        return switch (type) {
            case FAST -> CurrentGpu.get()
                    .<Engine>map(gpu -> new CudaEngine(gpu, architecture, classes, profile))
                    .orElseGet(() -> new FastEngine(architecture, classes, profile));
            case GRAPH -> new GraphEngine(architecture, classes);
        };
    }

    /**
     * A trained network for prediction, on the GPU if {@link CurrentGpu} has one.
     *
     * @param batchSize most images of one call
     * @param maps whether {@link Classifier#map} will be asked for
     */
    public static Classifier classifier(SavedModel model, int batchSize, boolean maps) {
        return CurrentGpu.get()
                .<Classifier>map(gpu -> new CudaClassifier(gpu, model, batchSize, maps))
                .orElseGet(() -> new FastClassifier(model, batchSize, maps));
    }
}
