package org.finetune.engine.cuda;

import java.util.HashMap;
import java.util.Map;
import org.finetune.backend.HostMemory;
import org.finetune.backend.cuda.CudaContext;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.engine.TailSettings;
import org.finetune.engine.Targets;
import org.finetune.engine.fused.DropoutMask;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Dropout, dense layer, softmax and mean weighted cross-entropy on the device, forward and backward. */
final class SoftmaxHead implements AutoCloseable {
    private static final String KERNEL = "kernel";
    private static final String BIAS = "bias";

    private final CudaContext context;
    private final CudaStream stream;
    private final Operations operations;
    private final DeviceParameters parameters;
    private final TailSettings settings;
    private final SoftmaxLayer layer;
    private final SoftmaxLayer.Training training;
    /** Null without dropout, as {@link #dropped}. */
    private final DeviceArray mask;

    private final DeviceArray dropped;
    /** One for each number of examples: the batch size, and what is left for the last batch of an epoch. */
    private final Map<Integer, HostArray> probabilities = new HashMap<>();

    private final Map<Integer, DropoutMask> masks = new HashMap<>();

    /**
     * Prepares the head.
     *
     * @param features number of features
     * @param classes outputs of the softmax layer
     */
    SoftmaxHead(Workspace work, DeviceParameters parameters, TailSettings settings, int features, int classes) {
        this.context = work.context();
        this.stream = work.stream();
        this.operations = work.operations();
        this.parameters = parameters;
        this.settings = settings;
        DeviceArrays arrays = work.arrays();
        int examples = settings.batchSize();
        this.layer = new SoftmaxLayer(
                work,
                DeviceMatrix.of(parameters.value(Architecture.PREDICTIONS, KERNEL), features, classes),
                parameters.value(Architecture.PREDICTIONS, BIAS),
                examples);
        this.training = SoftmaxLayer.Training.take(arrays, examples, classes);
        boolean drops = settings.dropout() > 0;
        this.mask = drops ? arrays.take((long) examples * features) : null;
        this.dropped = drops ? arrays.take((long) examples * features) : null;
    }

    /** Takes the targets of a step, and draws its dropout mask. */
    void begin(int[] labels, long seed) {
        stream.upload(
                Targets.of(labels, layer.classes(), settings),
                training.targets().address());
        stream.upload(settings.weights(labels), training.weights().address());
        if (mask != null) {
            DropoutMask drawn = masks.computeIfAbsent(
                    labels.length, examples -> new DropoutMask(examples, layer.features(), 1 - settings.dropout()));
            drawn.draw(seed);
            stream.upload(HostMemory.values(drawn.array()), mask.address());
        }
    }

    /**
     * Forward under dropout, then backward.
     *
     * @param x the features
     * @param gx gradient of the features, to be written, or 0 if not wanted
     */
    void train(long x, long gx, int examples) {
        long given = x;
        if (mask != null) {
            int length = examples * layer.features();
            operations.each("multiply", length, x, mask.address(), dropped.address(), length);
            given = dropped.address();
        }
        layer.train(given, training, examples);
        layer.gradients(
                given,
                training.errors(),
                parameters.gradient(Architecture.PREDICTIONS, KERNEL),
                parameters.gradient(Architecture.PREDICTIONS, BIAS),
                examples);
        if (gx != 0) {
            layer.inputGradient(training.errors(), mask == null ? 0 : mask.address(), gx, examples);
        }
    }

    /** Forward without dropout. */
    void predict(long x, int examples) {
        layer.predict(x, examples);
    }

    /** The probabilities that the last pass has seen, {@code [examples,classes]}; there when the stream is synchronized. */
    INDArray probabilities(int examples) {
        HostArray host =
                probabilities.computeIfAbsent(examples, count -> new HostArray(context, count, layer.classes()));
        stream.download(
                layer.probabilities().address(), host.at(0), host.array().length());
        return host.array();
    }

    /** Waits for the last {@link #train}, and returns the mean weighted cross-entropy in nats; finite if the logits are. */
    double loss(int examples) {
        double sum = 0;
        for (float loss : stream.download(training.losses().address(), examples)) {
            sum += loss;
        }
        return sum / examples;
    }

    @Override
    public void close() {
        probabilities.values().forEach(HostArray::close);
        masks.values().forEach(DropoutMask::close);
    }
}
