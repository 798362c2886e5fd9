package org.finetune.engine.fast;

import org.finetune.backend.HostMemory;
import org.finetune.engine.TailSettings;
import org.finetune.engine.Targets;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout, dense layer, softmax and mean cross-entropy for a fixed number of examples, forward and backward. The
 * cross-entropy of an example may count more or less by its class, as with {@code class_weight} in Keras: the mean is
 * the weighted sum divided by the number of examples.
 */
final class SoftmaxHead implements AutoCloseable {
    /** A smaller probability has fewer digits in float32, or is 0: its logarithm is wrong by up to 0.4 or infinite. */
    private static final float LOWEST_EXACT_LOG = (float) Math.log(Float.MIN_NORMAL);

    private final int examples;
    private final int classes;
    private final TailSettings settings;
    private final ParameterVector.Slot kernel;
    private final ParameterVector.Slot bias;
    private final INDArray features;
    /** Null without dropout, as {@link #dropped}. */
    private final DropoutMask mask;

    private final INDArray dropped;
    private final SoftmaxLayer layer;
    /** The target distributions, each times the weight of its example. */
    private final INDArray targets;
    /** The weight of each example, {@code [examples,1]}; null where all count the same. */
    private final INDArray weights;

    /** Gradient of the logits. */
    private final INDArray errors;

    private final INDArray loss;

    /**
     * Prepares the arrays.
     *
     * @param features {@code [examples,features]}, the pooled features
     */
    SoftmaxHead(INDArray features, ParameterVector parameters, TailSettings settings) {
        this.kernel = parameters.slot(Architecture.PREDICTIONS, "kernel");
        this.bias = parameters.slot(Architecture.PREDICTIONS, "bias");
        this.features = features;
        this.examples = features.rows();
        this.classes = (int) bias.value().length();
        this.settings = settings;
        boolean drops = settings.dropout() > 0;
        this.mask = drops ? new DropoutMask(examples, features.columns(), 1 - settings.dropout()) : null;
        this.dropped = drops ? features.ulike() : null;
        this.layer = new SoftmaxLayer(kernel.value(), bias.value(), examples);
        this.targets = layer.logits().ulike();
        this.errors = targets.ulike();
        this.weights = settings.isWeighted() ? Nd4j.create(DataType.FLOAT, new long[] {examples, 1}, 'c') : null;
        this.loss = Nd4j.create(DataType.FLOAT, new long[] {1, 1}, 'c');
    }

    INDArray probabilities() {
        return layer.probabilities();
    }

    /** Draws another dropout mask. */
    void drawMask(long seed) {
        if (mask != null) {
            mask.draw(seed);
        }
    }

    void setLabels(int[] labels) {
        HostMemory.write(targets, Targets.of(labels, classes, settings));
        if (weights != null) {
            HostMemory.write(weights, settings.weights(labels));
        }
    }

    /** Mean weighted cross-entropy before the last backward pass, in nats; finite if the logits are. */
    double loss() {
        float[] logs = new float[examples * classes];
        HostMemory.read(layer.logProbabilities(), logs);
        for (float log : logs) {
            if (log < LOWEST_EXACT_LOG) {
                return -targetsTimesLogs(logs) / examples;
            }
        }
        return -loss.getDouble(0) / examples;
    }

    /**
     * The sum of the targets times the log-probabilities, from differences of logits: the log-probability of the class
     * with the largest logit is at least {@code -log(classes)}, and the others lie below it as their logits do.
     *
     * @param logs as ND4J computes them
     */
    private double targetsTimesLogs(float[] logs) {
        float[] z = HostMemory.values(layer.logits());
        float[] t = HostMemory.values(targets);
        double sum = 0;
        for (int row = 0; row < logs.length; row += classes) {
            int largest = row;
            for (int i = row; i < row + classes; i++) {
                largest = logs[i] > logs[largest] ? i : largest;
            }
            for (int i = row; i < row + classes; i++) {
                sum += t[i] * ((double) z[i] - z[largest] + logs[largest]);
            }
        }
        return sum;
    }

    /**
     * Features to probabilities.
     *
     * @param training whether the dropout mask is applied
     */
    void addForward(Plan plan, boolean training) {
        INDArray x = input(training);
        if (x != features) {
            plan.multiply(features, mask.array(), dropped);
        }
        layer.addForward(plan, x);
    }

    /**
     * The mean weighted cross-entropy and its gradients: of the logits, {@code weight * (probabilities - targets) / examples}.
     *
     * @param gFeatures gradient of the features, to be written; null if not wanted
     */
    void addBackward(Plan plan, INDArray gFeatures) {
        plan.dot(targets, layer.logProbabilities(), loss);
        INDArray x = input(true);
        if (weights == null) {
            plan.subtract(layer.probabilities(), targets, errors);
        } else {
            plan.scaleRows(layer.probabilities(), weights, errors);
            plan.subtract(errors, targets, errors);
        }
        plan.scale(errors, 1f / examples);
        plan.matmul(x, true, errors, false, kernel.gradient());
        plan.sumRows(errors, bias.gradient().reshape('c', 1, classes));
        if (gFeatures != null) {
            plan.matmul(errors, false, kernel.value(), true, gFeatures);
            if (x != features) {
                plan.multiply(gFeatures, mask.array(), gFeatures);
            }
        }
    }

    private INDArray input(boolean training) {
        return training && mask != null ? dropped : features;
    }

    @Override
    public void close() {
        layer.close();
        targets.close();
        errors.close();
        loss.close();
        if (weights != null) {
            weights.close();
        }
        if (mask != null) {
            mask.close();
            dropped.close();
        }
    }
}
