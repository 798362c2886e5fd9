package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.fused.FusedLayer;

/** Lays frozen layers out on a plan, {@linkplain Segment segment} by segment. */
final class FrozenLayout {
    private final Plan plan;
    private final BufferPool pool;
    private final FrozenKernels kernels;
    private final int images;
    private final long largest;

    /** What a segment reads: the images, or what a layer left. */
    private record Entry(String layer, Activation input, Bottleneck bottleneck) {
        void begin(FrozenBlocks blocks, int first, int count) {
            if (bottleneck == null) {
                blocks.begin(input.slice(first, count));
            } else {
                blocks.begin(layer, bottleneck.slice(first, count));
            }
        }

        void give(BufferPool pool) {
            if (bottleneck != null) {
                pool.give(bottleneck.values().buffer());
            }
        }
    }

    /**
     * Begins a layout.
     *
     * @param pool for what no other plan uses
     * @param images number of images of a run
     * @param largest size of an activation, in bytes, that is aimed at
     */
    FrozenLayout(Plan plan, BufferPool pool, FrozenKernels kernels, int images, long largest) {
        this.plan = plan;
        this.pool = pool;
        this.kernels = kernels;
        this.images = images;
        this.largest = largest;
    }

    /**
     * Adds the layers.
     *
     * @param input the images, not of the pool
     * @param kept outputs to write, not of the pool, by layer: last layers of blocks, the last activation, the pooling
     */
    void add(List<FusedLayer> layers, Activation input, Map<String, Activation> kept) {
        add(layers, new Entry(null, input, null), kept);
    }

    /**
     * Adds layers that follow a block.
     *
     * @param block name of the block's last layer
     * @param output what that left, not of the pool
     * @param kept as above
     */
    void add(List<FusedLayer> layers, String block, Activation output, Map<String, Activation> kept) {
        // Sums are added to it in place.
        Bottleneck copy = Bottleneck.take(pool, images, output.shape());
        kernels.copy(output.shape()).addForward(plan, Bottleneck.of(output), copy.values());
        add(layers, new Entry(block, null, copy), kept);
    }

    private void add(List<FusedLayer> layers, Entry begin, Map<String, Activation> kept) {
        List<Segment> segments = Segment.of(layers, images, largest);
        Entry entry = begin;
        for (Segment segment : segments) {
            FusedLayer last = segment.layers().get(segment.layers().size() - 1);
            boolean ends = segment == segments.get(segments.size() - 1);
            Bottleneck end = ends ? null : Bottleneck.take(pool, images, last.outputShape());
            Bottleneck left = null;
            for (int first = 0; first < images; first += segment.images()) {
                int count = Math.min(segment.images(), images - first);
                FrozenBlocks blocks = new FrozenBlocks(plan, pool, kernels, count, slices(kept, first, count));
                entry.begin(blocks, first, count);
                left = blocks.add(segment.layers(), ends ? null : end.slice(first, count));
            }
            entry.give(pool);
            entry = ends ? null : new Entry(last.output(), null, new Bottleneck(end.values(), left.offset()));
        }
    }

    /** The activations of some of the images. */
    static Map<String, Activation> slices(Map<String, Activation> activations, int first, int count) {
        Map<String, Activation> slices = new HashMap<>();
        activations.forEach((layer, output) -> slices.put(layer, output.slice(first, count)));
        return slices;
    }
}
