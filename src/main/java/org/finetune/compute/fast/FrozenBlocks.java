package org.finetune.compute.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds frozen layers, one after another, to a plan. Most 1x1 convolutions are matrix products that add biases
 * ({@link Bottleneck}) and residual sums as well: a block with a residual sum adds its output to its input, in place.
 */
final class FrozenBlocks {
    private final Plan plan;
    private final BufferPool pool;
    private final Weights weights;
    private final int images;
    private final List<INDArray> constants;

    /** What blocks end with, by the name of the last layer. */
    private final Map<String, Bottleneck> bottlenecks = new HashMap<>();
    /** The last one begun; sums are added to it in place. */
    private Bottleneck stage;
    /** What the last layer left, unless that ended a block. */
    private Activation current;

    private FrozenBlocks(Plan plan, BufferPool pool, Weights weights, int images, List<INDArray> constants) {
        this.plan = plan;
        this.pool = pool;
        this.weights = weights;
        this.images = images;
        this.constants = constants;
    }

    /**
     * Begins with the first layer.
     *
     * @param input the images
     * @param constants gets the kernels and biases, for the caller to close
     */
    static FrozenBlocks after(Activation input, Plan plan, BufferPool pool, Weights weights, List<INDArray> constants) {
        FrozenBlocks blocks = new FrozenBlocks(plan, pool, weights, input.images(), constants);
        pool.retain(input.buffer());
        blocks.current = input;
        return blocks;
    }

    /**
     * Begins after a block.
     *
     * @param output name of the block's last layer
     * @param bottleneck what it left; its buffer is given back when it is not needed any more
     * @param constants gets the kernels and biases, for the caller to close
     */
    static FrozenBlocks after(
            String output,
            Bottleneck bottleneck,
            Plan plan,
            BufferPool pool,
            Weights weights,
            List<INDArray> constants) {
        FrozenBlocks blocks =
                new FrozenBlocks(plan, pool, weights, bottleneck.values().images(), constants);
        blocks.begin(output, bottleneck);
        return blocks;
    }

    /** The sum that ends the block of which the layer at that place is the last convolution, or null. */
    static FusedLayer.Residual sumAfter(List<FusedLayer> layers, int index) {
        return index + 1 < layers.size() && layers.get(index + 1) instanceof FusedLayer.Residual residual
                ? residual
                : null;
    }

    /** Adds the layers in turn, of which the last ends a block without a residual sum, with {@code end} as output. */
    void add(List<FusedLayer> layers, Bottleneck end) {
        int last = layers.size() - 1;
        for (int index = 0; index < last; index++) {
            add(layers, index);
        }
        FusedLayer.Convolution projection = (FusedLayer.Convolution) layers.get(last);
        addProjection(projection, FoldedKernel.of(projection, weights), end);
    }

    /** Adds one of the layers. */
    void add(List<FusedLayer> layers, int index) {
        FusedLayer layer = layers.get(index);
        if (layer instanceof FusedLayer.Convolution convolution) {
            add(convolution, sumAfter(layers, index));
        } else if (layer instanceof FusedLayer.Pooling) {
            Activation pooled = Activation.take(pool, images, layer.outputShape());
            plan.averagePool(layer.output(), current, pooled);
            replace(pooled);
        }
    }

    private void add(FusedLayer.Convolution layer, FusedLayer.Residual residual) {
        FoldedKernel folded = FoldedKernel.of(layer, weights);
        if (!layer.pointwise()) {
            addWindow(layer, folded);
        } else if (layer.relu6()) {
            addExpansion(layer, folded);
        } else if (residual == null) {
            addProjection(layer, folded, Bottleneck.take(pool, images, layer.outputShape()));
        } else {
            addProjection(layer, folded, residual);
        }
    }

    private void addWindow(FusedLayer.Convolution layer, FoldedKernel folded) {
        Activation y = Activation.take(pool, images, layer.outputShape());
        own(FoldedConvolution.of(layer, folded)).addForward(plan, current, y);
        replace(y);
    }

    private void addExpansion(FusedLayer.Convolution layer, FoldedKernel folded) {
        Bottleneck x = bottlenecks.get(layer.input());
        Activation y = Activation.take(pool, images, layer.outputShape());
        INDArray reader = own(x.reader(folded.kernel(), folded.bias()));
        plan.matmul(layer.convolution().name(), x.values().rows(), reader, y.rows());
        plan.relu6(layer.output(), y);
        current = y;
    }

    /** The ones of a bottleneck come from the convolution that begins it, and stay with each sum. */
    private void addProjection(FusedLayer.Convolution layer, FoldedKernel folded, Bottleneck y) {
        plan.convolution(own(FoldedConvolution.of(layer, folded.widened())), current, y.values());
        if (stage != null) {
            pool.give(stage.values().buffer());
        }
        begin(layer.output(), y);
        replace(null);
    }

    private void addProjection(FusedLayer.Convolution layer, FoldedKernel folded, FusedLayer.Residual residual) {
        FoldedConvolution widened = own(FoldedConvolution.of(layer, folded.widened()));
        Bottleneck sum = bottlenecks.get(residual.entry());
        plan.addMatmul(
                layer.convolution().name(),
                current.rows(),
                widened.matrix(widened.kernel()),
                sum.values().rows());
        bottlenecks.put(residual.output(), sum.plusOffset(folded.bias()));
        replace(null);
    }

    private void begin(String output, Bottleneck bottleneck) {
        bottlenecks.put(output, bottleneck);
        stage = bottleneck;
    }

    private void replace(Activation next) {
        pool.give(current.buffer());
        current = next;
    }

    /** The output of the layer that was added last, in a buffer of its own. */
    Activation keep(FusedLayer layer) {
        Bottleneck bottleneck = bottlenecks.get(layer.output());
        if (bottleneck == null) {
            pool.retain(current.buffer());
            return current;
        }
        Activation copy = Activation.take(pool, images, layer.outputShape());
        plan.matmul(layer.output(), bottleneck.values().rows(), own(bottleneck.identity()), copy.rows());
        return copy;
    }

    private INDArray own(INDArray array) {
        constants.add(array);
        return array;
    }

    private FoldedConvolution own(FoldedConvolution convolution) {
        constants.add(convolution.kernel());
        constants.add(convolution.bias());
        return convolution;
    }
}
