package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.Map;
import org.finetune.engine.fused.FusedLayer;

/** Lays the forward pass of layers of which some are trained out on a plan. */
final class ForwardLayout {
    private final Plan plan;
    private final BufferPool pool;
    private final TailLayers layers;
    private final Map<String, Activation> outputs = new HashMap<>();

    ForwardLayout(Plan plan, BufferPool pool, TailLayers layers) {
        this.plan = plan;
        this.pool = pool;
        this.layers = layers;
    }

    /**
     * Adds the layers and returns the activations by layer name, among them the input. Every layer but the last has a
     * buffer of its own, for the backward pass.
     *
     * @param pooled where the last layer's output goes
     */
    Map<String, Activation> add(Activation input, Activation pooled) {
        outputs.put(layers.list().get(0).input(), input);
        for (FusedLayer layer : layers.list()) {
            outputs.put(layer.output(), addLayer(layer, outputs.get(layer.input()), pooled));
        }
        return outputs;
    }

    private Activation addLayer(FusedLayer layer, Activation x, Activation pooled) {
        if (layer instanceof FusedLayer.Convolution) {
            Activation y = Activation.take(pool, x.images(), layer.outputShape());
            layers.folded(layer).addForward(plan, x, y);
            return y;
        }
        if (layer instanceof FusedLayer.Residual residual) {
            Activation entry = outputs.get(residual.entry());
            plan.add(x.flat(), entry.flat(), x.flat());
            return x;
        }
        plan.averagePool(x, pooled);
        return pooled;
    }
}
