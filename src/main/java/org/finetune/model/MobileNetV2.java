package org.finetune.model;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.zoo.ModelMetaData;
import org.deeplearning4j.zoo.PretrainedType;
import org.deeplearning4j.zoo.ZooModel;
import org.deeplearning4j.zoo.ZooType;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * MobileNetV2 as a Deeplearning4j {@link ComputationGraph} of stock layers, vertex by vertex what Keras builds.
 *
 * <p>Input {@code [N,H,W,3]} float32 RGB, scaled by {@code x/127.5-1}; output {@code [N,classes]} softmax
 * probabilities.
 */
@SuppressWarnings("unchecked") // The return type of init(), which ZooModel inherits as <M> M.
public final class MobileNetV2 extends ZooModel<ComputationGraph> {
    /** Epsilon that Keras adds to the variance in every batch normalization. */
    public static final double BATCH_NORMALIZATION_EPSILON = 1e-3;
    /** Classes of the head that the network was pretrained with. */
    public static final int IMAGENET_CLASSES = 1000;

    private static final double BATCH_NORMALIZATION_MOMENTUM = 0.999;
    private static final double ADAM_EPSILON = 1e-7;
    private static final double DEFAULT_LEARNING_RATE = 1e-3;

    private Architecture architecture;
    private final int classes;
    private final long seed;
    private final PretrainedWeights pretrained;

    /**
     * Describes a network.
     *
     * @param architecture width multiplier and input size
     * @param classes outputs of the softmax layer
     * @param seed seed of the random initial parameters
     * @param pretrained where {@link #initPretrained} takes the base's parameters from
     */
    public MobileNetV2(Architecture architecture, int classes, long seed, PretrainedWeights pretrained) {
        this.architecture = architecture;
        this.classes = classes;
        this.seed = seed;
        this.pretrained = pretrained;
    }

    /** Adam as Keras computes it: beta 0.9 and 0.999, epsilon 1e-7. */
    public static IUpdater adam(double learningRate) {
        return Adam.builder().learningRate(learningRate).epsilon(ADAM_EPSILON).build();
    }

    /** The softmax layer of a head under mean categorical cross-entropy. */
    static OutputLayer predictions(int features, int classes) {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(features)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER_UNIFORM)
                .build();
    }

    /** The graph's configuration. */
    public ComputationGraphConfiguration configuration() {
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(adam(DEFAULT_LEARNING_RATE))
                .graphBuilder()
                .addInputs(Architecture.INPUT)
                .setInputTypes(InputType.convolutional(architecture.size(), architecture.size(), 3, CNN2DFormat.NHWC));
        for (KerasLayer layer : architecture.network(classes)) {
            String[] inputs = layer.inputs().toArray(String[]::new);
            switch (layer.type()) {
                case INPUT -> {}
                case ADD -> graph.addVertex(layer.name(), new ElementWiseVertex(ElementWiseVertex.Op.Add), inputs);
                default -> graph.addLayer(layer.name(), stockLayer(layer), inputs);
            }
        }
        return graph.setOutputs(Architecture.PREDICTIONS).build();
    }

    private static Layer stockLayer(KerasLayer layer) {
        int in = layer.inputShape().channels();
        int out = layer.outputShape().channels();
        return switch (layer.type()) {
            case CONVOLUTION -> new ConvolutionLayer.Builder(layer.kernel(), layer.kernel())
                    .stride(layer.stride(), layer.stride())
                    .nIn(in)
                    .nOut(out)
                    .convolutionMode(ConvolutionMode.Same)
                    .dataFormat(CNN2DFormat.NHWC)
                    .hasBias(false)
                    .weightInit(WeightInit.RELU)
                    .activation(Activation.IDENTITY)
                    .build();
            case DEPTHWISE_CONVOLUTION -> new DepthwiseConvolution2D.Builder(layer.kernel(), layer.kernel())
                    .stride(layer.stride(), layer.stride())
                    .nIn(in)
                    .nOut(out)
                    .depthMultiplier(1)
                    .convolutionMode(layer.stride() == 1 ? ConvolutionMode.Same : ConvolutionMode.Truncate)
                    .dataFormat(CNN2DFormat.NHWC)
                    .hasBias(false)
                    .weightInit(WeightInit.RELU)
                    .activation(Activation.IDENTITY)
                    .build();
            case BATCH_NORMALIZATION -> new BatchNormalization.Builder()
                    .nIn(in)
                    .nOut(out)
                    .eps(BATCH_NORMALIZATION_EPSILON)
                    .decay(BATCH_NORMALIZATION_MOMENTUM)
                    .useLogStd(false)
                    .dataFormat(CNN2DFormat.NHWC)
                    .build();
            case RELU6 -> new ActivationLayer(new ActivationReLU6());
            case ZERO_PADDING -> zeroPadding(layer);
            case GLOBAL_AVERAGE_POOLING -> new GlobalPoolingLayer.Builder(PoolingType.AVG)
                    .poolingDimensions(1, 2)
                    .build();
            case DROPOUT -> new DropoutLayer.Builder(1.0).build();
            case DENSE -> predictions(in, out);
            case INPUT, ADD -> throw new IllegalArgumentException(layer.name() + " is no layer of its own");
        };
    }

    private static ZeroPaddingLayer zeroPadding(KerasLayer layer) {
        int before = layer.paddingBefore();
        return new ZeroPaddingLayer.Builder(new int[] {before, 1, before, 1})
                .dataFormat(CNN2DFormat.NHWC)
                .build();
    }

    /** The network with random parameters. */
    @Override
    public ComputationGraph init() {
        ComputationGraph graph = new ComputationGraph(configuration());
        graph.init();
        return graph;
    }

    /** The network with the base's pretrained parameters and a random head. */
    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <M extends Model> M initPretrained(PretrainedType type) {
        if (type != PretrainedType.IMAGENET) {
            throw new UnsupportedOperationException("Pretrained " + type + " weights are not available");
        }
        Weights weights = pretrained.load(architecture);
        ComputationGraph graph = init();
        GraphWeights.write(weights, graph, architecture.base());
        return (M) graph;
    }

    /** Null: the parameters come from a Keras file by way of {@link PretrainedWeights}. */
    @Override
    public String pretrainedUrl(PretrainedType type) {
        return null;
    }

    @Override
    public boolean pretrainedAvailable(PretrainedType type) {
        return type == PretrainedType.IMAGENET;
    }

    @Override
    public long pretrainedChecksum(PretrainedType type) {
        return 0;
    }

    @Override
    public Class<? extends Model> modelType() {
        return ComputationGraph.class;
    }

    @Override
    @Deprecated
    public ModelMetaData metaData() {
        return new ModelMetaData(new int[][] {{architecture.size(), architecture.size(), 3}}, 1, ZooType.CNN);
    }

    /** Sets height and width of the input; they must be equal. */
    @Override
    public void setInputShape(int[][] inputShape) {
        List<Integer> shape = Arrays.stream(inputShape[0]).boxed().toList();
        if (shape.size() != 3 || !shape.get(0).equals(shape.get(1)) || shape.get(2) != 3) {
            throw new IllegalArgumentException("The input shape must be [size, size, 3], not " + shape);
        }
        architecture = Architecture.of(architecture.alpha(), shape.get(0));
    }
}
