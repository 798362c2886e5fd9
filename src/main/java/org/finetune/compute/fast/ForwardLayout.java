package org.finetune.compute.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lays the forward pass of fused layers out on a plan. */
final class ForwardLayout {
    private final Plan plan;
    private final BufferPool pool;
    private final Map<String, FoldedConvolution> convolutions;
    private final Map<String, Activation> outputs = new HashMap<>();

    /** Outputs that nothing but the forward pass reads, and how many of its layers have yet to read them. */
    private final Map<String, Integer> readers = new HashMap<>();

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
     * Adds the layers and returns the activations by layer name, among them the input.
     *
     * @param kept outputs whose buffers must not serve again; null for all
     */
    Map<String, Activation> add(List<FusedLayer> layers, String inputName, Activation input, Set<String> kept) {
        if (kept != null) {
            countReaders(layers, kept);
        }
        outputs.put(inputName, input);
        for (FusedLayer layer : layers) {
            outputs.put(layer.output(), addLayer(layer, outputs.get(layer.input())));
        }
        return outputs;
    }

    private void countReaders(List<FusedLayer> layers, Set<String> kept) {
        for (FusedLayer layer : layers) {
            readers.merge(layer.input(), 1, Integer::sum);
            if (layer instanceof FusedLayer.Residual residual) {
                readers.merge(residual.entry(), 1, Integer::sum);
                // The sum is written over the block's last output.
                readers.remove(residual.input());
            }
        }
        kept.forEach(readers::remove);
    }

    private Activation addLayer(FusedLayer layer, Activation x) {
        if (layer instanceof FusedLayer.Convolution) {
            Activation y = Activation.take(pool, x.images(), layer.outputShape());
            convolutions.get(layer.output()).addForward(plan, x, y);
            read(layer.input());
            return y;
        }
        if (layer instanceof FusedLayer.Residual residual) {
            Activation entry = outputs.get(residual.entry());
            plan.add(layer.output(), x.flat(), entry.flat(), x.flat());
            read(residual.entry());
            return x;
        }
        Activation y = Activation.take(pool, x.images(), layer.outputShape());
        plan.averagePool(layer.output(), x, y);
        read(layer.input());
        return y;
    }

    private void read(String name) {
        Integer left = readers.computeIfPresent(name, (key, count) -> count - 1);
        if (left != null && left == 0) {
            pool.give(outputs.get(name).buffer());
        }
    }
}
