package org.finetune.engine.fast;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.engine.ActivationMap;
import org.finetune.engine.Classifier;
import org.finetune.engine.OpProfile;
import org.finetune.engine.Probabilities;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/** A trained network, executed by the layouts of this engine. */
public final class FastClassifier implements Classifier {
    private final SavedModel model;
    private final FastBase base;
    private final PredictionHead head;

    /**
     * Prepares a model.
     *
     * @param batchSize most images of one call
     * @param maps whether {@link #map} will be asked for
     */
    public FastClassifier(SavedModel model, int batchSize, boolean maps) {
        this.model = model;
        Architecture architecture = model.architecture();
        List<String> wanted =
                maps ? List.of(Architecture.LAST_ACTIVATION, Architecture.POOLING) : List.of(Architecture.POOLING);
        this.base = new FastBase(architecture, model.weights(), wanted, batchSize, OpProfile.NONE);
        this.head = new PredictionHead(base.activation(Architecture.POOLING), model.weights());
    }

    @Override
    public float[][] classify(FloatPointer pixels, int images) {
        Pointer.memcpy(input(), pixels, valuesPerImage() * images * Float.BYTES);
        return run(images);
    }

    @Override
    public float[][] classify(List<FloatPointer> images) {
        for (int image = 0; image < images.size(); image++) {
            FloatPointer place = input().getPointer(image * valuesPerImage());
            Pointer.memcpy(place, images.get(image), valuesPerImage() * Float.BYTES);
        }
        return run(images.size());
    }

    private FloatPointer input() {
        return (FloatPointer) base.input().data().pointer();
    }

    private long valuesPerImage() {
        return base.input().length() / base.batchSize();
    }

    private float[][] run(int images) {
        base.run(images);
        return Probabilities.byImage(head.predict(images));
    }

    @Override
    public float[] features(int image) {
        float[] features = new float
                [model.architecture().layer(Architecture.POOLING).outputShape().channels()];
        FloatPointer all =
                (FloatPointer) base.output(Architecture.POOLING).data().pointer();
        all.getPointer(FloatPointer.class, (long) image * features.length).get(features);
        return features;
    }

    @Override
    public ActivationMap map(int image, int label) {
        FeatureShape shape =
                model.architecture().layer(Architecture.LAST_ACTIVATION).outputShape();
        float[] activations = new float[Math.toIntExact(shape.length())];
        FloatPointer all =
                (FloatPointer) base.output(Architecture.LAST_ACTIVATION).data().pointer();
        all.getPointer(FloatPointer.class, (long) image * shape.length()).get(activations);
        Tensor kernel = model.weights().get(Architecture.PREDICTIONS, "kernel");
        return ActivationMap.of(shape.height(), shape.width(), activations, kernel.column(label));
    }

    @Override
    public void close() {
        head.close();
        base.close();
    }
}
