package org.finetune.engine.graph;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.Targets;
import org.finetune.engine.TrainableTail;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.GraphWeights;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** The whole network, its frozen layers included, trained by {@link ComputationGraph#fit} from the images in every step. */
final class GraphTail implements TrainableTail {
    private final ComputationGraph graph;
    private final List<KerasLayer> trained;
    private final int classes;
    private final TailSettings settings;
    private final INDArray input;
    private INDArray probabilities;

    /**
     * Takes a graph of stock layers over.
     *
     * @param stock the graph, frozen up to the boundary, with dropout and learning rate of the settings
     * @param classes outputs of the softmax layer
     */
    GraphTail(ComputationGraph stock, FreezeBoundary boundary, int classes, TailSettings settings) {
        this.graph = prepared(stock, settings);
        this.trained = boundary.trainedLayers(classes);
        this.classes = classes;
        this.settings = settings;
        this.input = Nd4j.create(
                DataType.FLOAT,
                boundary.architecture().layer(Architecture.INPUT).outputShape().batch(settings.batchSize()),
                'c');
    }

    /**
     * A copy of the graph whose trained batch normalizations use and keep their moving statistics, and whose loss, where
     * examples are weighted, takes targets that were multiplied by the weights.
     */
    private static ComputationGraph prepared(ComputationGraph stock, TailSettings settings) {
        ComputationGraphConfiguration configuration = stock.getConfiguration().clone();
        for (GraphVertex vertex : configuration.getVertices().values()) {
            if (vertex instanceof LayerVertex layerVertex) {
                NeuralNetConfiguration layer = layerVertex.getLayerConf();
                if (layer.getLayer() instanceof BatchNormalization normalization) {
                    layer.setLayer(new FixedBatchNormalization(normalization));
                } else if (layer.getLayer() instanceof OutputLayer output && settings.isWeighted()) {
                    output.setLossFn(forTargetsOfAnySum(output.getNOut()));
                }
            }
        }
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init(stock.params().dup(), false);
        return graph;
    }

    /**
     * Cross-entropy whose gradient is right for targets that do not sum to 1. DL4J takes the sum into account only where
     * the outputs have weights, so they get weights of 1.
     */
    private static LossMCXENT forTargetsOfAnySum(long outputs) {
        return new LossMCXENT(Nd4j.ones(DataType.FLOAT, 1, outputs));
    }

    @Override
    public String inputLayer() {
        return Architecture.INPUT;
    }

    @Override
    public INDArray input() {
        return input;
    }

    @Override
    public void setLearningRate(double learningRate) {
        graph.setLearningRate(learningRate);
    }

    @Override
    public double fit(int images, int[] labels, long seed) {
        INDArray batch = rows(images);
        Nd4j.getRandom().setSeed(seed);
        probabilities = graph.output(true, batch)[0];
        INDArray targets =
                Nd4j.createFromArray(Targets.of(labels, classes, settings)).reshape('c', images, classes);
        Nd4j.getRandom().setSeed(seed);
        graph.fit(new INDArray[] {batch}, new INDArray[] {targets});
        return graph.score();
    }

    @Override
    public INDArray predict(int images) {
        probabilities = graph.output(false, rows(images))[0];
        return probabilities;
    }

    @Override
    public float[] features(int images) {
        return graph.feedForward(rows(images), false)
                .get(Architecture.POOLING)
                .dup('c')
                .data()
                .asFloat();
    }

    private INDArray rows(int images) {
        return images == input.size(0) ? input : input.get(NDArrayIndex.interval(0, images));
    }

    @Override
    public INDArray probabilities() {
        return probabilities;
    }

    @Override
    public float[] parameters() {
        return graph.params().dup().data().asFloat();
    }

    @Override
    public void setParameters(float[] parameters) {
        graph.params()
                .assign(Nd4j.createFromArray(parameters).reshape(graph.params().shape()));
    }

    @Override
    public TailState state() {
        return new TailState(
                parameters(),
                moments().dup().data().asFloat(),
                graph.getConfiguration().getIterationCount());
    }

    @Override
    public void setState(TailState state) {
        INDArray moments = moments();
        if (state.parameters().length != graph.numParams() || state.moments().length != moments.length()) {
            throw new IllegalArgumentException(
                    "The state of " + state.parameters().length + " parameters for " + graph.numParams());
        }
        setParameters(state.parameters());
        moments.assign(Nd4j.createFromArray(state.moments()).reshape(moments.shape()));
        graph.getConfiguration().setIterationCount(state.step());
    }

    /** Adam's moments as the graph's updater has them; a view. */
    private INDArray moments() {
        return graph.getUpdater(true).getStateViewArray();
    }

    @Override
    public void writeTo(Weights weights) {
        Weights current = GraphWeights.read(graph, trained);
        for (KerasLayer layer : trained) {
            for (String parameter : layer.type().trainableNames()) {
                weights.put(layer.name(), parameter, current.get(layer.name(), parameter));
            }
        }
    }

    @Override
    public void close() {
        input.close();
    }
}
