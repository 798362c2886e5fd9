package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import org.finetune.backend.Backend;
import org.finetune.engine.fused.FusedLayer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Consecutive layers that run on so many of the images at a time. Layers with large activations run on a few, so that what one
 * layer writes is still in the processor's caches when the next reads it; layers with small ones run on more, so that the
 * work of an operation is worth its start.
 *
 * @param layers the layers, in network order
 * @param images number of images at a time
 */
record Segment(List<FusedLayer> layers, int images) {
    /** Activations of this size stay in the caches: 2 to 6 MiB are the fastest with a second cache of 1 MiB, 1 to 2 with half of it. */
    private static final long LARGEST = 2 << 20;
    /** A GPU wants as many images at a time as its memory allows. */
    private static final long LARGEST_ON_GPU = 40 << 20;

    /** Size of an activation, in bytes, that is aimed at. */
    static long largest() {
        return Backend.isCpu(Nd4j.getBackend()) ? LARGEST : LARGEST_ON_GPU;
    }

    /**
     * Divides layers behind blocks without a residual sum, where the number of images at a time changes.
     *
     * @param images number of images of a run
     * @param largest size of an activation, in bytes, that is aimed at
     */
    static List<Segment> of(List<FusedLayer> layers, int images, long largest) {
        List<Segment> segments = new ArrayList<>();
        int from = 0;
        for (int index = 0; index < layers.size(); index++) {
            if (index == layers.size() - 1 || FrozenBlocks.endsPlainBlock(layers, index)) {
                int atATime = imagesAtATime(layers.subList(from, index + 1), images, largest);
                int last = segments.size() - 1;
                int begin = from;
                if (last >= 0 && segments.get(last).images() == atATime) {
                    begin -= segments.remove(last).layers().size();
                }
                segments.add(new Segment(layers.subList(begin, index + 1), atATime));
                from = index + 1;
            }
        }
        return segments;
    }

    /** As many as fit, or not many fewer if then all are the same number, so that every image is computed in the same way. */
    private static int imagesAtATime(List<FusedLayer> layers, int images, long largest) {
        long most = layers.stream()
                .mapToLong(layer -> (long) layer.outputShape().length() * Float.BYTES)
                .max()
                .orElseThrow();
        long fitting = Math.max(1, Math.min(images, largest / most));
        for (long equal = fitting; equal > fitting / 2; equal--) {
            if (images % equal == 0) {
                return (int) equal;
            }
        }
        long slices = (images + fitting - 1) / fitting;
        return (int) ((images + slices - 1) / slices);
    }
}
