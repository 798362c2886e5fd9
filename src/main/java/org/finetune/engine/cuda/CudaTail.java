package org.finetune.engine.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.finetune.backend.cuda.CudaContext;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.engine.Activations;
import org.finetune.engine.OpProfile;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TailState;
import org.finetune.engine.TrainableTail;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of the network above a cut on a GPU. A step comes to the same bits in every run and on every GPU, and the CPU can
 * continue from its state.
 */
final class CudaTail implements TrainableTail {
    private final CudaContext context;
    private final KerasLayer cut;
    private final int features;
    private final Workspace work;
    private final CudaStream stream;
    private final HostArray input;
    private DeviceParameters parameters;
    private TailSteps steps;
    private SoftmaxHead head;

    /** What was given by records, of which some or all stay on the device. */
    private final Map<Activations, DeviceRecords> records = new HashMap<>();

    private boolean loaded;
    private INDArray probabilities;
    private double learningRate;

    /**
     * Lays out the layers from the cut to the predictions.
     *
     * @param boundary what is trained; its cut is the input
     * @param classes outputs of the softmax layer
     * @param weights initial parameters of base and head
     */
    CudaTail(
            Kernels kernels,
            FreezeBoundary boundary,
            int classes,
            Weights weights,
            TailSettings settings,
            OpProfile profile) {
        this.context = kernels.context();
        this.cut = boundary.cut();
        this.features = boundary.architecture().features();
        this.learningRate = settings.learningRate();
        this.work = new Workspace(kernels, profile);
        this.stream = work.stream();
        this.input = new HostArray(context, cut.outputShape().batch(settings.batchSize()));
        try {
            this.parameters = new DeviceParameters(boundary.trainedLayers(classes), weights, work);
            this.steps = new TailSteps(boundary, weights, parameters, work, settings.batchSize());
            this.head = new SoftmaxHead(work, parameters, settings, features, classes);
            steps.fold();
            stream.synchronize();
        } catch (RuntimeException | OutOfMemoryError e) {
            close();
            throw e;
        }
    }

    @Override
    public String inputLayer() {
        return cut.name();
    }

    @Override
    public INDArray input() {
        loaded = false;
        return input.array();
    }

    @Override
    public void load(Activations activations, int[] wanted) {
        context.use();
        records.computeIfAbsent(activations, source -> new DeviceRecords(source, input, steps.input(), work))
                .load(wanted);
        loaded = true;
    }

    @Override
    public int[] unread(Activations activations, int[] wanted) {
        DeviceRecords kept = records.get(activations);
        return kept == null
                ? wanted
                : Arrays.stream(wanted).filter(record -> !kept.isKept(record)).toArray();
    }

    @Override
    public void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    @Override
    public double fit(int images, int[] labels, long seed) {
        begin(images, labels, seed);
        parameters.update(learningRate);
        steps.fold();
        return head.loss(images);
    }

    /** Computes loss and gradients without an update. */
    double gradients(int images, int[] labels, long seed) {
        begin(images, labels, seed);
        return head.loss(images);
    }

    private void begin(int images, int[] labels, long seed) {
        if (labels.length != images) {
            throw new IllegalArgumentException(labels.length + " labels for " + images + " photos");
        }
        forward(images);
        head.begin(labels, seed);
        head.train(steps.features().address(), steps.featuresGradient(), images);
        probabilities = head.probabilities(images);
        steps.backward(images);
    }

    private void forward(int images) {
        context.use();
        if (!loaded) {
            stream.upload(
                    input.at(0),
                    steps.input().address(),
                    (long) images * cut.outputShape().length());
        }
        steps.forward(images);
    }

    @Override
    public INDArray predict(int images) {
        forward(images);
        head.predict(steps.features().address(), images);
        probabilities = head.probabilities(images);
        stream.synchronize();
        return probabilities;
    }

    @Override
    public float[] features(int images) {
        forward(images);
        return stream.download(steps.features().address(), images * features);
    }

    @Override
    public INDArray probabilities() {
        return probabilities;
    }

    /** The trained parameters and their gradients; for tests. */
    DeviceParameters vector() {
        return parameters;
    }

    @Override
    public float[] parameters() {
        context.use();
        return parameters.copy();
    }

    @Override
    public void setParameters(float[] copy) {
        context.use();
        parameters.assign(copy);
        steps.fold();
    }

    @Override
    public TailState state() {
        context.use();
        return parameters.state();
    }

    @Override
    public void setState(TailState state) {
        context.use();
        parameters.setState(state);
        steps.fold();
    }

    @Override
    public void writeTo(Weights weights) {
        context.use();
        parameters.writeTo(weights);
    }

    @Override
    public void close() {
        work.close();
        if (head != null) {
            head.close();
        }
        records.values().forEach(DeviceRecords::close);
        input.close();
    }
}
