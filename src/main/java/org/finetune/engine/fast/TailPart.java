package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;

/** Forward and backward pass of a tail's layers, up to the head, for a part of the examples of a batch. */
final class TailPart implements AutoCloseable {
    private final TailLayers layers;
    private final int number;
    private final BufferPool pool;
    private final Plan forward;
    private final Plan backward;
    private final Map<String, Activation> activations;
    /** Gradients by layer name; of the entry of a residual block, the share that skips the block. */
    private final Map<String, Activation> gradients = new HashMap<>();

    /**
     * What the passes begin and end with.
     *
     * @param input output of the cut
     * @param pooled where the pooled features go
     * @param gPooled their gradient; null if no parameter of the layers is trained
     */
    record Ends(Activation input, Activation pooled, Activation gPooled) {
        /** Those of some of the examples. */
        Ends slice(int from, int count) {
            return new Ends(
                    input.slice(from, count),
                    pooled.slice(from, count),
                    gPooled == null ? null : gPooled.slice(from, count));
        }
    }

    /**
     * Lays the passes out.
     *
     * @param number of the part, from 0: where its gradients of the parameters go
     * @param ends what the passes begin and end with
     */
    TailPart(TailLayers layers, int number, Ends ends, BufferPool pool, OpProfile profile) {
        this.layers = layers;
        this.number = number;
        this.pool = pool;
        this.forward = new Plan(profile);
        this.backward = new Plan(profile);
        this.activations = new ForwardLayout(forward, pool, layers).add(ends.input(), ends.pooled());
        if (ends.gPooled() != null) {
            gradients.put(Architecture.POOLING, ends.gPooled());
            addBackward();
        }
    }

    private void addBackward() {
        List<FusedLayer> list = layers.list();
        for (int index = list.size() - 1; index >= 0; index--) {
            FusedLayer layer = list.get(index);
            if (layers.influenced(layer.output())) {
                addBackward(layer);
            }
        }
    }

    private void addBackward(FusedLayer layer) {
        Activation gy = gradients.get(layer.output());
        if (layer instanceof FusedLayer.Residual residual) {
            gradients.put(residual.input(), gy);
            if (layers.influenced(residual.entry())) {
                pool.retain(gy.buffer());
                gradients.put(residual.entry(), gy);
            }
            return;
        }
        Activation x = activations.get(layer.input());
        Activation gx = layers.influenced(layer.input()) ? Activation.take(pool, x.images(), x.shape()) : null;
        if (layer instanceof FusedLayer.Convolution) {
            Activation y = activations.get(layer.output());
            layers.trained(layer).addBackward(backward, pool, number, x, y, gy, gx);
        } else {
            backward.averagePoolGradient(x, gy, gx);
        }
        pool.give(gy.buffer());
        if (gx != null) {
            Activation skipped = gradients.put(layer.input(), gx);
            if (skipped != null) {
                backward.add(gx.flat(), skipped.flat(), gx.flat());
                pool.give(skipped.buffer());
            }
        }
    }

    /** Input to pooled features. */
    Plan forward() {
        return forward;
    }

    /** Gradient of the pooled features to those of the folded kernels and biases. */
    Plan backward() {
        return backward;
    }

    @Override
    public void close() {
        forward.close();
        backward.close();
    }
}
