package org.finetune.engine.cuda;

import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;

/** Dense layer and softmax on the device. */
final class SoftmaxLayer {
    private static final int TILE = 16;
    private static final int SOFTMAX_THREADS = 128;
    private static final long NULL = 0;

    private final Operations operations;
    private final long kernel;
    private final long bias;
    private final int features;
    private final int classes;
    private final DeviceArray logits;
    private final DeviceArray probabilities;

    /**
     * What training adds, all for a number of examples: the targets {@code [examples,classes]}, times the weights
     * {@code [examples]}, and, to be written, the gradient of the logits and the loss of each example.
     */
    record Training(DeviceArray targets, DeviceArray weights, DeviceArray errors, DeviceArray losses) {

        static Training take(DeviceArrays arrays, int examples, int classes) {
            long length = (long) examples * classes;
            return new Training(arrays.take(length), arrays.take(examples), arrays.take(length), arrays.take(examples));
        }
    }

    /**
     * Prepares the layer.
     *
     * @param kernel address of the parameters {@code [features,classes]}
     * @param bias address of the parameters {@code [classes]}
     * @param examples most examples of a batch
     */
    SoftmaxLayer(
            Operations operations,
            DeviceArrays arrays,
            long kernel,
            long bias,
            int features,
            int classes,
            int examples) {
        this.operations = operations;
        this.kernel = kernel;
        this.bias = bias;
        this.features = features;
        this.classes = classes;
        this.logits = arrays.take((long) examples * classes);
        this.probabilities = arrays.take((long) examples * classes);
    }

    /** The probabilities, {@code [examples,classes]}. */
    DeviceArray probabilities() {
        return probabilities;
    }

    int classes() {
        return classes;
    }

    /** Computes the probabilities of features {@code [examples,features]}. */
    void predict(long x, int examples) {
        logits(x, examples);
        softmax(NULL, NULL, NULL, NULL, examples, 1);
    }

    /** Computes the probabilities, the losses, and the gradients of their mean by the logits. */
    void train(long x, Training training, int examples) {
        logits(x, examples);
        softmax(
                training.targets().address(),
                training.weights().address(),
                training.errors().address(),
                training.losses().address(),
                examples,
                1f / examples);
    }

    private void logits(long x, int examples) {
        product(x, kernel, logits.address(), examples, classes, features, features, 1, classes, 1, bias, NULL);
    }

    private void softmax(long targets, long weights, long errors, long losses, int examples, float share) {
        operations.launch(
                "softmax",
                examples,
                1,
                SOFTMAX_THREADS,
                1,
                logits.address(),
                probabilities.address(),
                targets,
                weights,
                errors,
                losses,
                classes,
                share);
    }

    /**
     * Computes the gradients of the parameters.
     *
     * @param x the features
     * @param errors gradient of the logits
     * @param kernelGradient to be written
     * @param biasGradient to be written
     */
    void gradients(long x, DeviceArray errors, long kernelGradient, long biasGradient, int examples) {
        product(x, errors.address(), kernelGradient, features, classes, examples, 1, features, classes, 1, NULL, NULL);
        operations.launch(
                "column_sums",
                Operations.blocks(classes, Operations.SUM_COLUMNS),
                1,
                Operations.SUM_COLUMNS,
                Operations.SUM_WORKERS,
                errors.address(),
                biasGradient,
                examples,
                classes,
                examples,
                classes);
    }

    /**
     * Computes the gradient of the features.
     *
     * @param errors gradient of the logits
     * @param mask by which the features were multiplied, or 0
     * @param gradient to be written
     */
    void inputGradient(DeviceArray errors, long mask, long gradient, int examples) {
        product(errors.address(), kernel, gradient, examples, features, classes, classes, 1, 1, classes, NULL, mask);
    }

    private void product(
            long a,
            long b,
            long c,
            int rows,
            int columns,
            int depth,
            int rowStepA,
            int depthStepA,
            int depthStepB,
            int columnStepB,
            long added,
            long mask) {
        int blocks = Operations.blocks(rows, TILE) * Operations.blocks(columns, TILE);
        operations.launch(
                "dense",
                blocks,
                1,
                TILE,
                TILE,
                a,
                b,
                c,
                rows,
                columns,
                depth,
                rowStepA,
                depthStepA,
                depthStepB,
                columnStepB,
                added,
                mask);
    }
}
