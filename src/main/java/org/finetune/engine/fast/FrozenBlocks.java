package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.fused.FusedLayer;

/**
 * Adds frozen layers, one after another, to a plan, for some of its images. Most 1x1 convolutions are matrix products that
 * add biases ({@link Bottleneck}) and residual sums as well: a block with a residual sum adds its output to its input, in
 * place.
 */
final class FrozenBlocks {
    private final Plan plan;
    private final BufferPool pool;
    private final FrozenKernels kernels;
    private final int images;
    /** Where outputs that are kept go, by layer. */
    private final Map<String, Activation> kept;

    /** What blocks end with, by the name of the last layer. */
    private final Map<String, Bottleneck> bottlenecks = new HashMap<>();
    /** The last one begun; sums are added to it in place. */
    private Bottleneck stage;
    /** What the last layer left, unless that ended a block. */
    private Activation current;

    /**
     * Begins.
     *
     * @param kept outputs to write, by layer, for as many images
     */
    FrozenBlocks(Plan plan, BufferPool pool, FrozenKernels kernels, int images, Map<String, Activation> kept) {
        this.plan = plan;
        this.pool = pool;
        this.kernels = kernels;
        this.images = images;
        this.kept = kept;
    }

    /** Begins with the first layer. */
    void begin(Activation input) {
        current = input;
    }

    /**
     * Begins after a block.
     *
     * @param output name of the block's last layer
     * @param bottleneck what it left
     */
    void begin(String output, Bottleneck bottleneck) {
        pool.retain(bottleneck.values().buffer());
        bottlenecks.put(output, bottleneck);
        stage = bottleneck;
    }

    /** Whether the layer at that place ends a block without a residual sum, so that any place may take its output. */
    static boolean endsPlainBlock(List<FusedLayer> layers, int index) {
        return layers.get(index) instanceof FusedLayer.Convolution convolution
                && convolution.projects()
                && sumAfter(layers, index) == null;
    }

    private static FusedLayer.Residual sumAfter(List<FusedLayer> layers, int index) {
        return index + 1 < layers.size() && layers.get(index + 1) instanceof FusedLayer.Residual residual
                ? residual
                : null;
    }

    /**
     * Adds the layers in turn, and gives back all buffers but those that it began and ends with.
     *
     * @param end where the output of the last layer goes, which then ends a block without a residual sum; null if nothing
     *     follows
     * @return the output of the last layer; null if nothing follows
     */
    Bottleneck add(List<FusedLayer> layers, Bottleneck end) {
        int last = layers.size() - 1;
        for (int index = 0; index <= last; index++) {
            FusedLayer layer = layers.get(index);
            if (index == last && end != null) {
                addProjection((FusedLayer.Convolution) layer, end);
            } else if (layer instanceof FusedLayer.Convolution convolution) {
                add(convolution, sumAfter(layers, index));
            } else if (layer instanceof FusedLayer.Pooling) {
                Activation pooled = room(layer);
                plan.averagePool(current, pooled);
                replace(pooled);
            }
            keep(layer);
        }
        if (end != null) {
            return stage;
        }
        if (current != null) {
            pool.give(current.buffer());
        }
        giveStage();
        return null;
    }

    private void add(FusedLayer.Convolution layer, FusedLayer.Residual residual) {
        if (!layer.pointwise()) {
            Activation y = room(layer);
            kernels.convolution(layer).addForward(plan, current, y);
            replace(y);
        } else if (layer.relu6()) {
            addExpansion(layer);
        } else if (residual == null) {
            addProjection(layer, Bottleneck.take(pool, images, layer.outputShape()));
        } else {
            addProjection(layer, residual);
        }
    }

    private void addExpansion(FusedLayer.Convolution layer) {
        Bottleneck x = bottlenecks.get(layer.input());
        Activation y = room(layer);
        kernels.reader(layer, x).addForward(plan, x, y);
        plan.relu6(y);
        current = y;
    }

    /** The ones of a widened bottleneck come from the convolution that begins it, and stay with each sum. */
    private void addProjection(FusedLayer.Convolution layer, Bottleneck y) {
        FoldedConvolution convolution = kernels.convolution(layer);
        Bottleneck output = y;
        if (y.widened()) {
            plan.convolution(convolution, current, y.values());
        } else {
            plan.matmul(
                    current.rows(),
                    convolution.matrix(convolution.kernel()),
                    y.values().rows());
            output = y.plusOffset(kernels.bias(layer));
        }
        giveStage();
        bottlenecks.put(layer.output(), output);
        stage = output;
        replace(null);
    }

    private void addProjection(FusedLayer.Convolution layer, FusedLayer.Residual residual) {
        FoldedConvolution convolution = kernels.convolution(layer);
        Bottleneck sum = bottlenecks.get(residual.entry());
        plan.addMatmul(
                current.rows(),
                convolution.matrix(convolution.kernel()),
                sum.values().rows());
        bottlenecks.put(residual.output(), sum.plusOffset(kernels.bias(layer)));
        replace(null);
    }

    private void giveStage() {
        if (stage != null) {
            pool.give(stage.values().buffer());
        }
    }

    private void replace(Activation next) {
        pool.give(current.buffer());
        current = next;
    }

    /** Where the output of a layer that leaves no bottleneck goes. */
    private Activation room(FusedLayer layer) {
        Activation output = kept.get(layer.output());
        return output != null ? output : Activation.take(pool, images, layer.outputShape());
    }

    /** Writes a bottleneck that is kept; other layers have written their output where it is kept. */
    private void keep(FusedLayer layer) {
        Bottleneck bottleneck = bottlenecks.get(layer.output());
        if (bottleneck != null && kept.containsKey(layer.output())) {
            kernels.identity(layer, bottleneck).addForward(plan, bottleneck, kept.get(layer.output()));
        }
    }
}
