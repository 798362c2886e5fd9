package org.finetune.compute.fast;

import java.util.List;
import java.util.Map;
import org.finetune.compute.FrozenBase;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The frozen part of the network as one plan with the batch normalizations folded in. */
final class FastBase implements FrozenBase {
    private final int batchSize;
    private final BufferPool pool = new BufferPool();
    private final Plan plan;
    private final FrozenLayout layout;
    private final Map<String, Activation> outputs;
    private final INDArray input;

    /**
     * Lays out the layers from the input to the last wanted output.
     *
     * @param wanted layers whose outputs are kept, in network order: the input, linear bottlenecks, the
     *     last activation or the pooling
     * @param profile where the time of each operation is added up, or null
     */
    FastBase(Architecture architecture, Weights weights, List<String> wanted, int batchSize, OpProfile profile) {
        this.batchSize = batchSize;
        this.plan = new Plan(profile);
        this.layout = new FrozenLayout(plan, pool, weights, batchSize, FrozenLayout.LARGEST);
        try {
            KerasLayer first = architecture.layer(Architecture.INPUT);
            Activation images = Activation.take(pool, batchSize, first.outputShape());
            this.input = images.nhwc();
            List<FusedLayer> layers = upTo(wanted.get(wanted.size() - 1), FusedLayer.after(first, architecture));
            this.outputs = layout.add(layers, images, wanted);
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    private static List<FusedLayer> upTo(String last, List<FusedLayer> layers) {
        if (last.equals(Architecture.INPUT)) {
            return List.of();
        }
        for (int index = 0; index < layers.size(); index++) {
            if (layers.get(index).output().equals(last)) {
                return layers.subList(0, index + 1);
            }
        }
        throw new IllegalArgumentException("The output of " + last + " cannot be kept");
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public INDArray input() {
        return input;
    }

    @Override
    public void run(int images) {
        plan.run();
    }

    @Override
    public INDArray output(String layer) {
        return outputs.get(layer).nhwc();
    }

    @Override
    public void close() {
        plan.close();
        layout.close();
        pool.close();
    }
}
