package org.finetune.engine.cuda;

import java.util.List;
import org.finetune.backend.cuda.Gpu;
import org.finetune.engine.Engine;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/** Executes the network on a GPU. ND4J, whose arrays it takes and gives, has to run on the CPU. */
public final class CudaEngine implements Engine {
    private final Kernels kernels;
    private final Architecture architecture;
    private final int classes;
    private final OpProfile profile;

    /**
     * Makes an engine.
     *
     * @param classes outputs of the softmax layer
     * @param profile where the time of each operation is added up, for which the CPU then waits
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#BACKEND} if the GPU cannot be used, here and
     *     in all that is made of the engine
     */
    public CudaEngine(Gpu gpu, Architecture architecture, int classes, OpProfile profile) {
        this.kernels = Kernels.on(gpu);
        this.architecture = architecture;
        this.classes = classes;
        this.profile = profile;
    }

    @Override
    public FrozenBase base(Weights weights, String input, List<String> outputs, int batchSize) {
        return new CudaBase(kernels, new FrozenPart(architecture, weights, input, outputs, batchSize), profile);
    }

    @Override
    public TrainableTail tail(Weights weights, FreezeBoundary boundary, TailSettings settings) {
        return new CudaTail(kernels, boundary, classes, weights, settings, profile);
    }
}
