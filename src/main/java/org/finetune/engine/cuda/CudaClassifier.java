package org.finetune.engine.cuda;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.PixelType;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.Gpu;
import org.finetune.engine.ActivationMap;
import org.finetune.engine.Classifier;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/** A trained network on a GPU. */
public final class CudaClassifier implements Classifier {
    private final SavedModel model;
    private final CudaBase base;
    private final Workspace work;
    private final int features;
    private DeviceArray pooled;
    private SoftmaxLayer layer;

    /**
     * Prepares a model.
     *
     * @param batchSize most images of one call
     * @param maps whether {@link #map} will be asked for
     */
    public CudaClassifier(Gpu gpu, SavedModel model, int batchSize, boolean maps) {
        this.model = model;
        Architecture architecture = model.architecture();
        this.features = architecture.features();
        List<String> wanted =
                maps ? List.of(Architecture.LAST_ACTIVATION, Architecture.POOLING) : List.of(Architecture.POOLING);
        Kernels kernels = Kernels.on(gpu);
        this.base = new CudaBase(
                kernels,
                new FrozenPart(architecture, model.weights(), Architecture.INPUT, wanted, batchSize),
                OpProfile.NONE);
        this.work = new Workspace(kernels, OpProfile.NONE);
        try {
            this.pooled = work.arrays().take((long) batchSize * features);
            DeviceMatrix kernel = DeviceMatrix.of(
                    parameter("kernel"), features, model.classes().size());
            this.layer = new SoftmaxLayer(work, kernel, parameter("bias"), batchSize);
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    private long parameter(String name) {
        return work.take(model.weights().get(Architecture.PREDICTIONS, name).values())
                .address();
    }

    @Override
    public PixelType pixels() {
        return base.pixels();
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
        if (type == base.pixels()) {
            base.load(images);
        } else {
            long values =
                    model.architecture().layer(Architecture.INPUT).outputShape().length();
            FloatPointer input = HostMemory.of(base.input());
            for (int image = 0; image < images.size(); image++) {
                Pointer.memcpy(
                        input.getPointer(FloatPointer.class, image * values), images.get(image), values * Float.BYTES);
            }
        }
        return run(images.size());
    }

    private float[][] run(int images) {
        base.run(images);
        CudaStream stream = work.stream();
        stream.upload(base.host(Architecture.POOLING).at(0), pooled.address(), (long) images * features);
        layer.predict(pooled.address(), images);
        int classes = layer.classes();
        float[] all = stream.download(layer.probabilities().address(), images * classes);
        float[][] byImage = new float[images][];
        for (int image = 0; image < images; image++) {
            byImage[image] = Arrays.copyOfRange(all, image * classes, (image + 1) * classes);
        }
        return byImage;
    }

    @Override
    public float[] features(int image) {
        return base.host(Architecture.POOLING).values((long) image * features, features);
    }

    @Override
    public ActivationMap map(int image, int label) {
        FeatureShape shape =
                model.architecture().layer(Architecture.LAST_ACTIVATION).outputShape();
        float[] activations =
                base.host(Architecture.LAST_ACTIVATION).values((long) image * shape.length(), shape.length());
        Tensor kernel = model.weights().get(Architecture.PREDICTIONS, "kernel");
        return ActivationMap.of(shape.height(), shape.width(), activations, kernel.column(label));
    }

    @Override
    public void close() {
        work.close();
        base.close();
    }
}
