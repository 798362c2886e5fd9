package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.PixelType;
import org.finetune.engine.ActivationMap;
import org.finetune.engine.Classifier;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.Probabilities;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A trained network, executed by the layouts of this engine. */
public final class FastClassifier implements Classifier {
    private final SavedModel model;
    private final FrozenBase base;
    private final PredictionHead head;
    /** Those that were asked for. */
    private final List<FastClassifier> parts = new ArrayList<>();

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
        FastBase whole = new FastBase(
                new FrozenPart(architecture, model.weights(), Architecture.INPUT, wanted, batchSize), OpProfile.NONE);
        this.base = whole;
        try {
            this.head = new PredictionHead(whole.activation(Architecture.POOLING), model.weights());
        } catch (RuntimeException | OutOfMemoryError e) {
            whole.close();
            throw e;
        }
    }

    private FastClassifier(SavedModel model, FrozenBase base, PredictionHead head) {
        this.model = model;
        this.base = base;
        this.head = head;
    }

    @Override
    public List<? extends Classifier> parts() {
        List<? extends FrozenBase> divided = base.parts();
        if (divided.size() == 1) {
            return List.of(this);
        }
        for (FrozenBase part : divided.subList(parts.size(), divided.size())) {
            int first = parts.size() * part.batchSize();
            parts.add(new FastClassifier(model, part, head.part(first, part.batchSize())));
        }
        return List.copyOf(parts);
    }

    @Override
    public int batchSize() {
        return base.batchSize();
    }

    @Override
    public float[][] classify(Pointer pixels, int images) {
        base.load(pixels, images);
        return run(images);
    }

    @Override
    public float[][] classify(List<? extends Pointer> images, PixelType type) {
        if (type != PixelType.FLOAT32) {
            throw new IllegalArgumentException("Images as " + type);
        }
        long values = valuesPerImage();
        HostMemory.write(base.input(), values * images.size(), input -> {
            for (int image = 0; image < images.size(); image++) {
                FloatPointer place = input.getPointer(FloatPointer.class, image * values);
                Pointer.memcpy(place, images.get(image), values * Float.BYTES);
            }
        });
        return run(images.size());
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
        return output(Architecture.POOLING, image);
    }

    @Override
    public ActivationMap map(int image, int label) {
        FeatureShape shape =
                model.architecture().layer(Architecture.LAST_ACTIVATION).outputShape();
        float[] activations = output(Architecture.LAST_ACTIVATION, image);
        Tensor kernel = model.weights().get(Architecture.PREDICTIONS, "kernel");
        return ActivationMap.of(shape.height(), shape.width(), activations, kernel.column(label));
    }

    /** The activations of a layer for an image that was classified last. */
    private float[] output(String layer, int image) {
        INDArray all = base.output(layer);
        float[] values = new float[Math.toIntExact(all.length() / base.batchSize())];
        HostMemory.read(all, (long) image * values.length, values.length, activations -> activations.get(values));
        return values;
    }

    @Override
    public void close() {
        parts.forEach(FastClassifier::close);
        head.close();
        base.close();
    }
}
