package org.finetune.train.features;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;

/**
 * Computes the activations after the joint of images of which those up to the joint are kept. The next images of the list are
 * computed in the same batch, so the images have to be asked for in its order.
 */
final class DerivedImages {
    private final KeptImages kept;
    private final int count;
    private final int views;
    private final Supplier<UpperLayers> layers;
    /** The images of the last batch. */
    private final List<Integer> batch = new ArrayList<>();

    /**
     * Prepares the computation.
     *
     * @param count length of the list of images
     * @param views number of views of each image
     * @param layers the layers after the joint, which nothing else runs; called when they are needed
     */
    DerivedImages(KeptImages kept, int count, int views, Supplier<UpperLayers> layers) {
        this.kept = kept;
        this.count = count;
        this.views = views;
        this.layers = layers;
    }

    /**
     * Reads activations of an image.
     *
     * @param image its number in the list
     * @param layer name of a layer after the joint
     * @param records room for those of all views
     */
    void read(int image, String layer, FloatPointer records) {
        UpperLayers upper = layers.get();
        if (!batch.contains(image)) {
            run(image, upper);
        }
        long values = upper.output(layer).length() / upper.batchSize() * views;
        HostMemory.read(
                upper.output(layer),
                batch.indexOf(image) * values,
                values,
                from -> Pointer.memcpy(records, from, values * Float.BYTES));
    }

    private void run(int first, UpperLayers upper) {
        batch.clear();
        for (int image = first; image < count && batch.size() < upper.batchSize() / views; image++) {
            if (kept.isPartial(image)) {
                batch.add(image);
            }
        }
        int rows = batch.size() * views;
        long values = upper.input().length() / upper.batchSize();
        HostMemory.write(upper.input(), rows * values, input -> {
            for (int i = 0; i < batch.size(); i++) {
                kept.read(batch.get(i), upper.joint(), input.getPointer(FloatPointer.class, values * views * i));
            }
        });
        upper.run(rows);
    }
}
