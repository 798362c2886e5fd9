package org.finetune.engine.fast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.backend.ThreadLimit;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of the network above a cut as plans with the batch normalizations folded in. */
final class FastTail implements TrainableTail {
    /** Fewer images for each of many members would gain less than adding up their gradients takes. */
    private static final int IMAGES_OF_MEMBER = 4;

    private final TailSettings settings;
    private final KerasLayer cut;
    private final ParameterVector parameters;
    private final ThreadTeam team;
    private final TailLayers layers;
    private final List<Plan> folds;
    private final OpProfile profile;
    private final BufferPool inputPool = new BufferPool();
    private final TailPools pools;

    private final INDArray inputBuffer;
    /** One for each number of examples: the batch size, and what is left for the last batch of an epoch. */
    private final Map<Integer, TailPlans> plans = new HashMap<>();

    private TailPlans last;
    private double learningRate;

    /**
     * Lays out the layers from the cut to the predictions.
     *
     * @param boundary what is trained; its cut is the input
     * @param classes outputs of the softmax layer
     * @param weights initial parameters of base and head
     * @param profile where the time of each operation is added up
     */
    FastTail(FreezeBoundary boundary, int classes, Weights weights, TailSettings settings, OpProfile profile) {
        this(boundary, classes, weights, settings, profile, team(boundary.cut(), settings));
    }

    /**
     * Lays the same out for a given team.
     *
     * @param team runs the layers; it is closed with the tail
     */
    FastTail(
            FreezeBoundary boundary,
            int classes,
            Weights weights,
            TailSettings settings,
            OpProfile profile,
            ThreadTeam team) {
        this.settings = settings;
        this.learningRate = settings.learningRate();
        this.cut = boundary.cut();
        this.profile = profile;
        this.team = team;
        this.parameters = new ParameterVector(boundary.trainedLayers(classes), weights, team.members());
        this.layers = new TailLayers(boundary, weights, parameters, team.members());
        this.folds = layers.share(team.members(), profile, TrainedConvolution::addFold);
        this.pools = new TailPools(team.members());
        team.run(folds);
        this.inputBuffer =
                inputPool.take((long) settings.batchSize() * cut.outputShape().length());
    }

    /** Two members are faster than one even with a single image each; a head alone has no layers to be divided. */
    private static ThreadTeam team(KerasLayer cut, TailSettings settings) {
        boolean headAlone = cut.name().equals(Architecture.POOLING);
        int images = settings.batchSize();
        return ThreadTeam.of(headAlone ? 1 : Math.min(images, Math.max(2, images / IMAGES_OF_MEMBER)));
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
            throw new IllegalArgumentException(labels.length + " labels for " + images + " photos");
        }
        last = plans(images);
        double loss = last.gradients(labels, seed);
        try (ThreadLimit limit = headAlone()) {
            team.run(parameters.nextUpdate(learningRate));
        }
        team.run(folds);
        return loss;
    }

    @Override
    public INDArray predict(int images) {
        last = plans(images);
        last.predict();
        return last.probabilities();
    }

    @Override
    public float[] features(int images) {
        last = plans(images);
        return last.features();
    }

    /** The parameters of the head alone are too few for several threads. */
    private ThreadLimit headAlone() {
        return layers.isEmpty() ? ThreadLimit.begin(1) : null;
    }

    private TailPlans plans(int images) {
        return plans.computeIfAbsent(images, this::layOut);
    }

    private TailPlans layOut(int images) {
        pools.reset();
        Activation input = new Activation(inputBuffer, 0, images, cut.outputShape());
        return new TailPlans(layers, team, input, settings, pools, profile);
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
        team.run(folds);
    }

    @Override
    public TailState state() {
        return parameters.state();
    }

    @Override
    public void setState(TailState state) {
        parameters.setState(state);
        team.run(folds);
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
        team.close();
        plans.values().forEach(TailPlans::close);
        folds.forEach(Plan::close);
        layers.close();
        parameters.close();
        pools.close();
        inputPool.close();
    }
}
