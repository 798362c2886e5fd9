package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.Map;
import org.finetune.backend.ThreadLimit;
import org.finetune.engine.OpProfile;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The softmax layer of a trained network: pooled features to probabilities. */
final class PredictionHead implements AutoCloseable {
    private final Activation features;
    private final INDArray kernel;
    private final INDArray bias;
    /** Whether the parameters are another's. */
    private final boolean borrowed;
    /** One for each number of images: the batch size, and what is left for the last batch. */
    private final Map<Integer, Prediction> predictions = new HashMap<>();

    private record Prediction(Plan plan, SoftmaxLayer layer) {}

    /**
     * Prepares the parameters.
     *
     * @param features the pooled features of a batch, which {@link #predict} reads
     */
    PredictionHead(Activation features, Weights weights) {
        this.features = features;
        this.kernel = array(weights.get(Architecture.PREDICTIONS, "kernel"));
        this.bias = array(weights.get(Architecture.PREDICTIONS, "bias"));
        this.borrowed = false;
    }

    private PredictionHead(Activation features, PredictionHead whole) {
        this.features = features;
        this.kernel = whole.kernel;
        this.bias = whole.bias;
        this.borrowed = true;
    }

    /** The same layer for some of the images, which another thread may run; it borrows this one's parameters. */
    PredictionHead part(int first, int count) {
        return new PredictionHead(features.slice(first, count), this);
    }

    private static INDArray array(Tensor tensor) {
        return Nd4j.createFromArray(tensor.values()).reshape('c', tensor.shape());
    }

    /** The probabilities of the first images of the batch, {@code [images,classes]}. */
    INDArray predict(int images) {
        Prediction prediction = predictions.computeIfAbsent(images, this::layOut);
        // The product is too small for several threads: waking them takes longer than the work.
        try (ThreadLimit limit = ThreadLimit.begin(1)) {
            prediction.plan().run();
        }
        return prediction.layer().probabilities();
    }

    private Prediction layOut(int images) {
        Plan plan = new Plan(OpProfile.NONE);
        SoftmaxLayer layer = new SoftmaxLayer(kernel, bias, images);
        layer.addForward(plan, features.slice(0, images).rows());
        return new Prediction(plan, layer);
    }

    @Override
    public void close() {
        for (Prediction prediction : predictions.values()) {
            prediction.plan().close();
            prediction.layer().close();
        }
        predictions.clear();
        if (!borrowed) {
            kernel.close();
            bias.close();
        }
    }
}
