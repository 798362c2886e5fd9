package org.finetune.compute.fast;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.compute.TailSettings;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.SavedModel;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trained network, from images to probabilities. Not thread-safe. */
public final class FastClassifier implements AutoCloseable {
    private final FastBase base;
    private final FastTail head;
    private final int classes;

    /**
     * Prepares a model.
     *
     * @param batchSize most images of one call
     */
    public FastClassifier(SavedModel model, int batchSize) {
        Architecture architecture = model.architecture();
        this.classes = model.classes().size();
        this.base = new FastBase(architecture, model.weights(), List.of(Architecture.POOLING), batchSize, null);
        FreezeBoundary frozen = new FreezeBoundary(architecture, 0);
        this.head = new FastTail(
                architecture,
                classes,
                model.weights(),
                frozen,
                frozen.cut(),
                new TailSettings(batchSize, 0, 0, 0),
                null);
    }

    /**
     * Classifies images.
     *
     * @param pixels network input, {@code [images,H,W,3]}
     * @return the probabilities by image and class
     */
    public float[][] classify(FloatPointer pixels, int images) {
        FloatPointer input = (FloatPointer) base.input().data().pointer();
        long values = base.input().length() / base.batchSize() * images;
        Pointer.memcpy(input, pixels, values * Float.BYTES);
        base.run(images);
        head.input().assign(base.output(Architecture.POOLING));
        INDArray probabilities = head.predict(images);
        return probabilities.toFloatMatrix();
    }

    @Override
    public void close() {
        base.close();
        head.close();
    }
}
