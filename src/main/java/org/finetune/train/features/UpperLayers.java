package org.finetune.train.features;

import java.util.List;
import org.finetune.backend.HostMemory;
import org.finetune.engine.FrozenBase;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The frozen layers after a joint, where a network is divided whose layers are another's up to there. They are always given
 * the activations of the joint as they are kept, so that it makes no difference to the bits whether these were computed just now.
 */
public final class UpperLayers implements AutoCloseable {
    private final String joint;
    private final FrozenBase base;
    private final List<String> outputs;

    /**
     * Takes the layers.
     *
     * @param joint name of the layer whose activations they are given
     * @param base executes them; it is closed with this
     * @param outputs names of the layers that are kept
     */
    public UpperLayers(String joint, FrozenBase base, List<String> outputs) {
        this.joint = joint;
        this.base = base;
        this.outputs = List.copyOf(outputs);
    }

    /** Name of the layer whose activations these are given. */
    String joint() {
        return joint;
    }

    /** Names of the layers that are kept. */
    List<String> outputs() {
        return outputs;
    }

    /** Most rows of a run. */
    int batchSize() {
        return base.batchSize();
    }

    /** Where the activations of the joint go, {@code [batchSize,H,W,C]}. */
    INDArray input() {
        return base.input();
    }

    /** Runs rows of the input. */
    void run(int rows) {
        base.run(rows);
    }

    /**
     * Runs rows of activations.
     *
     * @param activations those of the joint, {@code [batchSize,H,W,C]}
     */
    void run(INDArray activations, int rows) {
        HostMemory.copy(activations, input());
        run(rows);
    }

    /** The activations of a layer after the last run, {@code [batchSize,H,W,C]}. */
    INDArray output(String layer) {
        return base.output(layer);
    }

    @Override
    public void close() {
        base.close();
    }
}
