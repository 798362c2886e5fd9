package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.Map;
import org.finetune.engine.fused.FusedLayer;

/** Lays the forward pass of layers of which some are trained out on a plan, {@linkplain Segment segment} by segment. */
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
            outputs.put(layer.output(), room(layer, input.images(), pooled));
        }
        for (Segment segment : Segment.of(layers.list(), input.images(), Segment.largest())) {
            for (int first = 0; first < input.images(); first += segment.images()) {
                int count = Math.min(segment.images(), input.images() - first);
                for (FusedLayer layer : segment.layers()) {
                    addLayer(layer, first, count);
                }
            }
        }
        return outputs;
    }

    /** Residual sums are added to their input in place. */
    private Activation room(FusedLayer layer, int images, Activation pooled) {
        if (layer instanceof FusedLayer.Convolution) {
            return Activation.take(pool, images, layer.outputShape());
        }
        return layer instanceof FusedLayer.Residual ? outputs.get(layer.input()) : pooled;
    }

    private void addLayer(FusedLayer layer, int first, int count) {
        Activation x = outputs.get(layer.input()).slice(first, count);
        Activation y = outputs.get(layer.output()).slice(first, count);
        if (layer instanceof FusedLayer.Convolution) {
            layers.folded(layer).addForward(plan, x, y);
        } else if (layer instanceof FusedLayer.Residual residual) {
            Activation entry = outputs.get(residual.entry()).slice(first, count);
            plan.add(y.flat(), entry.flat(), y.flat());
        } else {
            plan.averagePool(x, y);
        }
    }
}
