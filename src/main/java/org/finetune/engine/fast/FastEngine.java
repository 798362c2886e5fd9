package org.finetune.engine.fast;

import java.util.List;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/** Executes the network as plans of ND4J operations, with batch normalization folded into the convolutions. */
public final class FastEngine implements Engine {
    private final Architecture architecture;
    private final int classes;
    private final OpProfile profile;

    /**
     * Makes an engine.
     *
     * @param classes outputs of the softmax layer
     * @param profile where the time of each operation is added up
     */
    public FastEngine(Architecture architecture, int classes, OpProfile profile) {
        this.architecture = architecture;
        this.classes = classes;
        this.profile = profile;
    }

    @Override
    public FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize) {
        return new FastBase(new FrozenPart(architecture, weights, input, outputs, batchSize), profile);
    }

    @Override
    public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
        return new FastTail(boundary, classes, weights, settings, profile);
    }
}
