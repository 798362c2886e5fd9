package org.finetune.engine.cuda;

import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;

/** Dense layer and softmax on the device. */
final class SoftmaxLayer {
    private static final int TILE = 16;
    private static final int SOFTMAX_THREADS = 128;
    private static final long NULL = 0;

    private final Operations operations;
    private final DeviceMatrix kernel;
    private final long bias;
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
     * @param kernel the parameters {@code [features,classes]}
     * @param bias address of the parameters {@code [classes]}
     * @param examples most examples of a batch
     */
    SoftmaxLayer(Workspace work, DeviceMatrix kernel, long bias, int examples) {
        this.operations = work.operations();
        this.kernel = kernel;
        this.bias = bias;
        this.logits = work.arrays().take((long) examples * classes());
        this.probabilities = work.arrays().take((long) examples * classes());
    }

    /** The probabilities, {@code [examples,classes]}. */
    DeviceArray probabilities() {
        return probabilities;
    }

    int features() {
        return kernel.rows();
    }

    int classes() {
        return kernel.columns();
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
        product(DeviceMatrix.of(x, examples, features()), kernel, logits.address(), bias, NULL);
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
                classes(),
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
        DeviceMatrix errorsByExample = DeviceMatrix.of(errors.address(), examples, classes());
        product(DeviceMatrix.of(x, examples, features()).transposed(), errorsByExample, kernelGradient, NULL, NULL);
        operations.launch(
                "column_sums",
                Operations.blocks(classes(), Operations.SUM_COLUMNS),
                1,
                Operations.SUM_COLUMNS,
                Operations.SUM_WORKERS,
                errors.address(),
                biasGradient,
                examples,
                classes(),
                examples,
                classes());
    }

    /**
     * Computes the gradient of the features.
     *
     * @param errors gradient of the logits
     * @param mask by which the features were multiplied, or 0
     * @param gradient to be written
     */
    void inputGradient(DeviceArray errors, long mask, long gradient, int examples) {
        DeviceMatrix errorsByExample = DeviceMatrix.of(errors.address(), examples, classes());
        product(errorsByExample, kernel.transposed(), gradient, NULL, mask);
    }

    /**
     * Computes a product.
     *
     * @param c where it is written, row by row
     * @param added address of a row that is added to each of the product, or 0
     * @param mask address of what the product is multiplied by, value by value, or 0
     */
    private void product(DeviceMatrix a, DeviceMatrix b, long c, long added, long mask) {
        operations.launch(
                "dense",
                Operations.blocks(a.rows(), TILE) * Operations.blocks(b.columns(), TILE),
                1,
                TILE,
                TILE,
                a.address(),
                b.address(),
                c,
                a.rows(),
                b.columns(),
                a.columns(),
                a.rowStep(),
                a.columnStep(),
                b.rowStep(),
                b.columnStep(),
                added,
                mask);
    }
}
