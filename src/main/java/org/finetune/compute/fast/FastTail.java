package org.finetune.compute.fast;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.compute.TailSettings;
import org.finetune.compute.TailState;
import org.finetune.compute.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of the network above a cut as plans with the batch normalizations folded in. */
final class FastTail implements TrainableTail {
    private final TailSettings settings;
    private final KerasLayer cut;
    private final List<FusedLayer> layers;
    private final ParameterVector parameters;
    private final Map<String, FoldedConvolution> convolutions = new HashMap<>();
    private final Map<String, TrainedConvolution> trained = new LinkedHashMap<>();
    private final Plan fold;
    private final OpProfile profile;
    private final BufferPool inputPool = new BufferPool();
    private final BufferPool pool = new BufferPool();
    private final INDArray inputBuffer;
    /** One for each number of examples: the batch size, and what is left for the last batch of an epoch. */
    private final Map<Integer, TailPlans> plans = new HashMap<>();

    private TailPlans last;
    private double learningRate;

    /**
     * Lays out the layers from the cut to the predictions.
     *
     * @param cut the layer whose output is the input
     * @param classes outputs of the softmax layer
     * @param weights initial parameters of base and head
     * @param profile where the time of each operation is added up, or null
     */
    FastTail(
            Architecture architecture,
            int classes,
            Weights weights,
            FreezeBoundary boundary,
            KerasLayer cut,
            TailSettings settings,
            OpProfile profile) {
        this.settings = settings;
        this.learningRate = settings.learningRate();
        this.cut = cut;
        this.profile = profile;
        this.layers = FusedLayer.after(cut, architecture);
        List<KerasLayer> trainedLayers = architecture.network(classes).stream()
                .filter(layer -> layer.hasParameters() && !boundary.isFrozen(layer))
                .toList();
        this.parameters = new ParameterVector(trainedLayers, weights);
        this.fold = new Plan(profile);
        for (FusedLayer layer : layers) {
            if (layer instanceof FusedLayer.Convolution convolution) {
                addConvolution(convolution, weights, boundary);
            }
        }
        fold.run();
        this.inputBuffer =
                inputPool.take((long) settings.batchSize() * cut.outputShape().length());
    }

    private void addConvolution(FusedLayer.Convolution layer, Weights weights, FreezeBoundary boundary) {
        FoldedConvolution folded = FoldedConvolution.of(layer, FoldedKernel.of(layer, weights));
        convolutions.put(layer.output(), folded);
        if (!boundary.isFrozen(layer.normalization())) {
            TrainedConvolution convolution = new TrainedConvolution(folded, parameters, weights);
            convolution.addFold(fold);
            trained.put(layer.output(), convolution);
        }
    }

    @Override
    public String inputLayer() {
        return cut.name();
    }

    @Override
    public INDArray input() {
        return new Activation(inputBuffer, 0, settings.batchSize(), cut.outputShape()).nhwc();
    }

    @Override
    public void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    @Override
    public double fit(int images, int[] labels, long seed) {
        if (labels.length != images) {
            throw new IllegalArgumentException(labels.length + " labels for " + images + " images");
        }
        last = plans(images);
        try (ThreadLimit limit = headAlone()) {
            double loss = last.gradients(labels, seed);
            parameters.update(learningRate);
            fold.run();
            return loss;
        }
    }

    @Override
    public INDArray predict(int images) {
        last = plans(images);
        try (ThreadLimit limit = headAlone()) {
            last.predict();
        }
        return last.probabilities();
    }

    /** Products of the head alone are too small for several threads: waking them takes longer than the work. */
    private ThreadLimit headAlone() {
        return layers.isEmpty() ? ThreadLimit.begin(1) : null;
    }

    private TailPlans plans(int images) {
        return plans.computeIfAbsent(images, this::layOut);
    }

    private TailPlans layOut(int images) {
        pool.reset();
        return new TailPlans(
                layers,
                convolutions,
                trained,
                parameters,
                cut.name(),
                new Activation(inputBuffer, 0, images, cut.outputShape()),
                settings,
                pool,
                profile);
    }

    @Override
    public INDArray probabilities() {
        return last.probabilities();
    }

    @Override
    public float[] parameters() {
        return parameters.copy();
    }

    @Override
    public void setParameters(float[] copy) {
        parameters.assign(copy);
        fold.run();
    }

    @Override
    public TailState state() {
        return parameters.state();
    }

    @Override
    public void setState(TailState state) {
        parameters.setState(state);
        fold.run();
    }

    @Override
    public void writeTo(Weights weights) {
        parameters.writeTo(weights);
    }

    /** Gradient of the loss by each trained parameter, as the last {@link #fit} would have applied it; for tests. */
    ParameterVector vector() {
        return parameters;
    }

    /** Computes loss and gradients without an update. */
    double gradients(int images, int[] labels, long seed) {
        return plans(images).gradients(labels, seed);
    }

    @Override
    public void close() {
        plans.values().forEach(TailPlans::close);
        fold.close();
        trained.values().forEach(TrainedConvolution::close);
        convolutions.values().forEach(FoldedConvolution::close);
        parameters.close();
        pool.close();
        inputPool.close();
    }
}
