package org.finetune.compute.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lays the forward pass of layers of which some are trained out on a plan. */
final class ForwardLayout {
    private final Plan plan;
    private final BufferPool pool;
    private final Map<String, FoldedConvolution> convolutions;
    private final Map<String, Activation> outputs = new HashMap<>();

    /**
     * Begins a layout.
     *
     * @param convolutions by {@link FusedLayer#output}
     */
    ForwardLayout(Plan plan, BufferPool pool, Map<String, FoldedConvolution> convolutions) {
        this.plan = plan;
        this.pool = pool;
        this.convolutions = convolutions;
    }

    /**
     * Adds the layers and returns the activations by layer name, among them the input. Every layer has a buffer of its
     * own, for the backward pass.
     */
    Map<String, Activation> add(List<FusedLayer> layers, String inputName, Activation input) {
        outputs.put(inputName, input);
        for (FusedLayer layer : layers) {
            outputs.put(layer.output(), addLayer(layer, outputs.get(layer.input())));
        }
        return outputs;
    }

    private Activation addLayer(FusedLayer layer, Activation x) {
        if (layer instanceof FusedLayer.Convolution) {
            Activation y = Activation.take(pool, x.images(), layer.outputShape());
            convolutions.get(layer.output()).addForward(plan, x, y);
            return y;
        }
        if (layer instanceof FusedLayer.Residual residual) {
            Activation entry = outputs.get(residual.entry());
            plan.add(layer.output(), x.flat(), entry.flat(), x.flat());
            return x;
        }
        Activation y = Activation.take(pool, x.images(), layer.outputShape());
        plan.averagePool(layer.output(), x, y);
        return y;
    }
}
