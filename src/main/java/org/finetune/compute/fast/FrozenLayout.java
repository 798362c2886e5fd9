package org.finetune.compute.fast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays frozen layers out on a plan. Most 1x1 convolutions are matrix products that add biases ({@link Bottleneck}) and
 * residual sums as well: a block with a residual sum adds its output to its input, in place.
 */
final class FrozenLayout implements AutoCloseable {
    private final Plan plan;
    private final BufferPool pool;
    private final Weights weights;
    private final int images;
    private final List<INDArray> constants = new ArrayList<>();

    /** What blocks end with, by the name of the last layer. */
    private final Map<String, Bottleneck> bottlenecks = new HashMap<>();
    /** The last one begun; sums are added to it in place. */
    private Bottleneck stage;
    /** What the last layer left, unless that ended a block. */
    private Activation current;

    /**
     * Begins a layout.
     *
     * @param images number of images of a run
     */
    FrozenLayout(Plan plan, BufferPool pool, Weights weights, int images) {
        this.plan = plan;
        this.pool = pool;
        this.weights = weights;
        this.images = images;
    }

    /**
     * Adds the layers and returns the kept outputs by layer name.
     *
     * @param kept the input, the last layers of blocks, or the pooling
     */
    Map<String, Activation> add(List<FusedLayer> layers, Activation input, List<String> kept) {
        Map<String, Activation> outputs = new HashMap<>();
        outputs.put(Architecture.INPUT, input);
        pool.retain(input.buffer());
        current = input;
        for (int index = 0; index < layers.size(); index++) {
            FusedLayer layer = layers.get(index);
            if (layer instanceof FusedLayer.Convolution convolution) {
                FusedLayer next = index + 1 < layers.size() ? layers.get(index + 1) : null;
                add(convolution, next instanceof FusedLayer.Residual residual ? residual : null);
            } else if (layer instanceof FusedLayer.Pooling) {
                Activation pooled = Activation.take(pool, images, layer.outputShape());
                plan.averagePool(layer.output(), current, pooled);
                replace(pooled);
            }
            if (kept.contains(layer.output())) {
                outputs.put(layer.output(), keep(layer));
            }
        }
        return outputs;
    }

    private void add(FusedLayer.Convolution layer, FusedLayer.Residual residual) {
        FoldedKernel folded = FoldedKernel.of(layer, weights);
        if (!layer.pointwise()) {
            addWindow(layer, folded);
        } else if (layer.relu6()) {
            addExpansion(layer, folded);
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
    private void addProjection(FusedLayer.Convolution layer, FoldedKernel folded, FusedLayer.Residual residual) {
        FoldedConvolution widened = own(FoldedConvolution.of(layer, folded.widened()));
        if (residual == null) {
            Bottleneck y = Bottleneck.take(pool, images, layer.outputShape());
            plan.convolution(widened, current, y.values());
            bottlenecks.put(layer.output(), y);
            if (stage != null) {
                pool.give(stage.values().buffer());
            }
            stage = y;
        } else {
            Bottleneck sum = bottlenecks.get(residual.entry());
            plan.addMatmul(
                    layer.convolution().name(),
                    current.rows(),
                    widened.matrix(widened.kernel()),
                    sum.values().rows());
            bottlenecks.put(residual.output(), sum.plusOffset(folded.bias()));
        }
        pool.give(current.buffer());
        current = null;
    }

    private void replace(Activation next) {
        pool.give(current.buffer());
        current = next;
    }

    private Activation keep(FusedLayer layer) {
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

    @Override
    public void close() {
        constants.forEach(INDArray::close);
    }
}
