package org.finetune.compute.fast;

import org.finetune.model.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution and its batch normalization under training. It runs folded; the gradients of the parameters behind the
 * folded ones are exact. With W, gamma, beta the parameters, {@code sigma = sqrt(moving_variance + epsilon)},
 * {@code s = gamma/sigma}, {@code W' = W*s} and {@code b' = beta - moving_mean*s}:
 *
 * <ul>
 *   <li>{@code dbeta = db'}
 *   <li>{@code dgamma = (sum over the channel of W*dW' - moving_mean*db') / sigma}
 *   <li>{@code dW = s*dW'}
 * </ul>
 *
 * <p>The convolution may itself be frozen while its normalization is trained.
 */
final class TrainedConvolution implements AutoCloseable {
    private final FoldedConvolution folded;
    private final String name;
    private final ParameterVector.Slot gamma;
    private final ParameterVector.Slot beta;
    /** Null if the convolution is frozen. */
    private final ParameterVector.Slot trainedKernel;

    private final INDArray kernel;
    private final INDArray mean;
    private final INDArray inverseSigma;
    private final INDArray scale;
    private final INDArray foldedKernelGradient;
    private final INDArray products;
    private final INDArray sums;
    private final INDArray ones;

    TrainedConvolution(FoldedConvolution folded, ParameterVector parameters, Weights weights) {
        FusedLayer.Convolution layer = folded.layer();
        this.folded = folded;
        this.name = layer.normalization().name();
        this.gamma = parameters.slot(name, "gamma");
        this.beta = parameters.slot(name, "beta");
        this.trainedKernel = parameters.slot(layer.convolution().name(), FoldedKernel.kernelName(layer));
        long[] shape = folded.kernel().shape();
        this.kernel = Nd4j.createFromArray(FoldedKernel.kernel(layer, weights).values())
                .reshape('c', shape);
        this.mean = Nd4j.createFromArray(weights.get(name, "moving_mean").values());
        this.inverseSigma = Nd4j.createFromArray(FoldedKernel.inverseSigma(layer, weights));
        this.scale = mean.ulike();
        this.foldedKernelGradient = Nd4j.create(DataType.FLOAT, shape, 'c');
        this.products = Nd4j.create(DataType.FLOAT, new long[] {folded.rows(), mean.length()}, 'c');
        this.sums = Nd4j.create(DataType.FLOAT, new long[] {1, mean.length()}, 'c');
        this.ones = Nd4j.ones(DataType.FLOAT, 1, folded.rows());
    }

    private INDArray kernel() {
        return trainedKernel != null ? trainedKernel.value() : kernel;
    }

    /** Folds the current parameters. */
    void addFold(Plan plan) {
        plan.multiply(name, gamma.value(), inverseSigma, scale);
        plan.scaleColumns(name, folded.matrix(kernel()), scale, folded.matrix(folded.kernel()));
        plan.multiply(name, mean, scale, folded.bias());
        plan.subtract(name, beta.value(), folded.bias(), folded.bias());
    }

    /**
     * Computes the gradients of the parameters, and of the input where it is wanted.
     *
     * @param y output of the forward pass
     * @param gy gradient of the output; changed
     * @param gx gradient of the input, to be written; null if not wanted
     */
    void addBackward(Plan plan, BufferPool pool, Activation x, Activation y, Activation gy, Activation gx) {
        if (folded.layer().relu6()) {
            plan.relu6Gradient(folded.layer().output(), y, gy, pool);
        }
        if (folded.layer().pointwise()) {
            addPointwiseBackward(plan, x, gy, gx);
        } else {
            addWindowBackward(plan, pool, x, gy, gx);
        }
        addUnfold(plan);
    }

    /** Matrix products over pixels are faster than the gradient operation of the convolution. */
    private void addPointwiseBackward(Plan plan, Activation x, Activation gy, Activation gx) {
        String convolution = folded.layer().convolution().name();
        plan.matmul(convolution, x.rows(), true, gy.rows(), false, folded.matrix(foldedKernelGradient));
        plan.sumRows(convolution, gy.rows(), beta.gradient().reshape('c', 1, mean.length()));
        if (gx != null) {
            plan.matmul(convolution, gy.rows(), false, folded.matrix(folded.kernel()), true, gx.rows());
        }
    }

    private void addWindowBackward(Plan plan, BufferPool pool, Activation x, Activation gy, Activation gx) {
        // The operation computes the gradient of the input even where it is not wanted.
        Activation gradient = gx != null ? gx : Activation.take(pool, x.images(), x.shape());
        plan.convolutionGradient(folded, x, gy, gradient, foldedKernelGradient, beta.gradient());
        if (gx == null) {
            pool.give(gradient.buffer());
        }
    }

    /** From the gradients of the folded kernel and bias to those of kernel and gamma; that of beta is the bias's. */
    private void addUnfold(Plan plan) {
        INDArray gradientMatrix = folded.matrix(foldedKernelGradient);
        INDArray gammaGradient = gamma.gradient();
        plan.multiply(name, folded.matrix(kernel()), gradientMatrix, products);
        plan.matmul(name, ones, false, products, false, sums);
        plan.multiply(name, mean, beta.gradient(), gammaGradient);
        plan.subtract(name, sums.reshape(mean.length()), gammaGradient, gammaGradient);
        plan.multiply(name, gammaGradient, inverseSigma, gammaGradient);
        if (trainedKernel != null) {
            plan.scaleColumns(name, gradientMatrix, scale, folded.matrix(trainedKernel.gradient()));
        }
    }

    @Override
    public void close() {
        for (INDArray array :
                new INDArray[] {kernel, mean, inverseSigma, scale, foldedKernelGradient, products, sums, ones}) {
            array.close();
        }
    }
}
