package org.finetune.compute.fast;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Lays frozen layers out on a plan. The first layers, whose activations are large, run on some of the images at a time:
 * that costs nothing there, and the memory for all images would cost more to touch for the first time than a batch.
 */
final class FrozenLayout implements AutoCloseable {
    /** What {@code largest} is normally. */
    static final long LARGEST = 40 << 20;

    private final Plan plan;
    private final BufferPool pool;
    private final Weights weights;
    private final int images;
    private final long largest;
    private final List<INDArray> constants = new ArrayList<>();

    /**
     * Begins a layout.
     *
     * @param images number of images of a run
     * @param largest size of an activation, in bytes, beyond which a layer runs on some of the images at a time
     */
    FrozenLayout(Plan plan, BufferPool pool, Weights weights, int images, long largest) {
        this.plan = plan;
        this.pool = pool;
        this.weights = weights;
        this.images = images;
        this.largest = largest;
    }

    /**
     * Adds the layers and returns the kept outputs by layer name.
     *
     * @param kept the input, the last layers of blocks, or the pooling
     */
    Map<String, Activation> add(List<FusedLayer> layers, Activation input, List<String> kept) {
        Map<String, Activation> outputs = new HashMap<>();
        outputs.put(Architecture.INPUT, input);
        int sliced = countSliced(layers, kept);
        FrozenBlocks blocks;
        if (sliced == 0) {
            blocks = FrozenBlocks.after(input, plan, pool, weights, constants);
        } else {
            blocks = addInSlices(layers.subList(0, sliced), input);
            keep(layers.get(sliced - 1), kept, blocks, outputs);
        }
        for (int index = sliced; index < layers.size(); index++) {
            blocks.add(layers, index);
            keep(layers.get(index), kept, blocks, outputs);
        }
        return outputs;
    }

    private static void keep(
            FusedLayer layer, List<String> kept, FrozenBlocks blocks, Map<String, Activation> outputs) {
        if (kept.contains(layer.output())) {
            outputs.put(layer.output(), blocks.keep(layer));
        }
    }

    /**
     * The number of first layers that run in slices: up to the end of a block behind the last large activation. It is a
     * block without a residual sum, whose output can be written to any place; none of its predecessors is kept.
     */
    private int countSliced(List<FusedLayer> layers, List<String> kept) {
        int count = 0;
        boolean large = false;
        for (int index = 0; index < layers.size(); index++) {
            FusedLayer layer = layers.get(index);
            large |= bytes(layer) > largest;
            if (large
                    && layer instanceof FusedLayer.Convolution convolution
                    && convolution.projects()
                    && FrozenBlocks.sumAfter(layers, index) == null) {
                count = index + 1;
                large = false;
            }
            if (kept.contains(layer.output())) {
                break;
            }
        }
        return count;
    }

    private FrozenBlocks addInSlices(List<FusedLayer> layers, Activation input) {
        long most = layers.stream().mapToLong(this::bytes).max().orElseThrow();
        int slices = (int) Math.min(images, (most + largest - 1) / largest);
        int size = (images + slices - 1) / slices;
        FusedLayer last = layers.get(layers.size() - 1);
        Bottleneck end = Bottleneck.take(pool, images, last.outputShape());
        for (int first = 0; first < images; first += size) {
            int count = Math.min(size, images - first);
            FrozenBlocks.after(input.slice(first, count), plan, pool, weights, constants)
                    .add(layers, end.slice(first, count));
        }
        return FrozenBlocks.after(last.output(), end, plan, pool, weights, constants);
    }

    private long bytes(FusedLayer layer) {
        return (long) images * layer.outputShape().length() * Float.BYTES;
    }

    @Override
    public void close() {
        constants.forEach(INDArray::close);
    }
}
