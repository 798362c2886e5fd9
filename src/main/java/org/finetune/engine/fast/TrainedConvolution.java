package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.backend.Backend;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.FeatureShape;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

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
    /** Activations of this size stay in a core's second cache while they are worked on. */
    private static final long LARGEST = 1 << 20;

    private final FoldedConvolution folded;
    private final ParameterVector.Slot gamma;
    private final ParameterVector.Slot beta;
    /** Null if the convolution is frozen. */
    private final ParameterVector.Slot trainedKernel;

    private final INDArray kernel;
    private final INDArray mean;
    private final INDArray inverseSigma;
    private final INDArray scale;
    /**
     * Of each part of a batch; the first takes up the sum. They have arrays of their own, since scaling columns in place
     * takes twice as long.
     */
    private final List<FoldedGradient> gradients = new ArrayList<>();

    /** {@code W*dW'}; where W is trained, its gradient takes their place. */
    private final INDArray products;

    private final INDArray sums;
    private final INDArray ones;

    /** The gradients of the folded kernel and bias. */
    private record FoldedGradient(INDArray kernel, INDArray bias) {

        /** Lays them out in a buffer. */
        static FoldedGradient in(INDArray buffer, long[] kernelShape, long biases) {
            long kernelLength = Arrays.stream(kernelShape).reduce(1, (x, y) -> x * y);
            return new FoldedGradient(
                    buffer.get(NDArrayIndex.interval(0, kernelLength)).reshape('c', kernelShape),
                    buffer.get(NDArrayIndex.interval(kernelLength, kernelLength + biases)));
        }
    }

    /**
     * Prepares the arrays.
     *
     * @param parts number of parts that a batch is divided into at most
     */
    TrainedConvolution(FoldedConvolution folded, ParameterVector parameters, Weights weights, int parts) {
        FusedLayer.Convolution layer = folded.layer();
        this.folded = folded;
        String name = layer.normalization().name();
        this.gamma = parameters.slot(name, "gamma");
        this.beta = parameters.slot(name, "beta");
        this.trainedKernel = parameters.slot(layer.convolution().name(), FoldedKernel.kernelName(layer));
        long[] shape = folded.kernel().shape();
        this.kernel = Nd4j.createFromArray(FoldedKernel.kernel(layer, weights).values())
                .reshape('c', shape);
        this.mean = Nd4j.createFromArray(weights.get(name, "moving_mean").values());
        this.inverseSigma = Nd4j.createFromArray(FoldedKernel.inverseSigma(layer, weights));
        this.scale = mean.ulike();
        gradients.add(new FoldedGradient(kernel.ulike(), beta.gradient()));
        while (gradients.size() < parts) {
            gradients.add(new FoldedGradient(kernel.ulike(), mean.ulike()));
        }
        this.products = folded.matrix(trainedKernel != null ? trainedKernel.gradient() : kernel.ulike());
        this.sums = Nd4j.create(DataType.FLOAT, new long[] {1, mean.length()}, 'c');
        this.ones = Nd4j.ones(DataType.FLOAT, 1, folded.rows());
    }

    /** Number of values of the kernel. */
    long size() {
        return kernel.length();
    }

    private INDArray kernel() {
        return trainedKernel != null ? trainedKernel.value() : kernel;
    }

    /** Folds the current parameters. */
    void addFold(Plan plan) {
        plan.multiply(gamma.value(), inverseSigma, scale);
        plan.scaleColumns(folded.matrix(kernel()), scale, folded.matrix(folded.kernel()));
        plan.multiply(mean, scale, folded.bias());
        plan.subtract(beta.value(), folded.bias(), folded.bias());
    }

    /**
     * Computes a part's gradients of folded kernel and bias, and of the input where it is wanted.
     *
     * @param part number of the part, from 0
     * @param y output of the forward pass
     * @param gy gradient of the output; changed
     * @param gx gradient of the input, to be written; null if not wanted
     */
    void addBackward(Plan plan, BufferPool pool, int part, Activation x, Activation y, Activation gy, Activation gx) {
        FoldedGradient gradient = gradients.get(part);
        if (folded.layer().pointwise()) {
            addRelu6Gradient(plan, pool, y, gy);
            addPointwiseBackward(plan, gradient, x, gy, gx);
        } else if (gx == null && !folded.layer().depthwise()) {
            addKernelGradient(plan, pool, gradient, x, y, gy);
        } else {
            addWindowBackward(plan, pool, gradient, x, y, gy, gx);
        }
    }

    private void addRelu6Gradient(Plan plan, BufferPool pool, Activation y, Activation gy) {
        if (!folded.layer().relu6()) {
            return;
        }
        int atATime = imagesAtATime(y.images(), y.shape().length());
        for (int first = 0; first < y.images(); first += atATime) {
            int count = Math.min(atATime, y.images() - first);
            plan.relu6Gradient(y.slice(first, count), gy.slice(first, count), pool);
        }
    }

    /** As many as have activations of the largest size, each of so many values. */
    private static int imagesAtATime(int images, long values) {
        boolean cached = Backend.isCpu(Nd4j.getBackend());
        return cached ? (int) Math.max(1, Math.min(images, LARGEST / (values * Float.BYTES))) : images;
    }

    /** Matrix products over pixels are faster than the gradient operation of the convolution. */
    private void addPointwiseBackward(Plan plan, FoldedGradient gradient, Activation x, Activation gy, Activation gx) {
        plan.matmul(x.rows(), true, gy.rows(), false, folded.matrix(gradient.kernel()));
        plan.sumRows(gy.rows(), gradient.bias().reshape('c', 1, mean.length()));
        if (gx != null) {
            plan.matmul(gy.rows(), false, folded.matrix(folded.kernel()), true, gx.rows());
        }
    }

    /** Few images at a time: the operation rearranges activations and gradients, and does it in the caches if they fit. */
    private void addWindowBackward(
            Plan plan,
            BufferPool pool,
            FoldedGradient gradient,
            Activation x,
            Activation y,
            Activation gy,
            Activation gx) {
        int atATime =
                imagesAtATime(x.images(), Math.max(x.shape().length(), y.shape().length()));
        // The gradient of the input is computed even where it is not wanted.
        Activation unwanted = gx == null ? Activation.take(pool, atATime, x.shape()) : null;
        addSlices(plan, pool, gradient, x.images(), atATime, (first, count, written) -> {
            Activation g = gy.slice(first, count);
            addRelu6Gradient(plan, pool, y.slice(first, count), g);
            plan.convolutionGradient(
                    folded,
                    x.slice(first, count),
                    g,
                    gx == null ? unwanted.slice(0, count) : gx.slice(first, count),
                    written.kernel(),
                    written.bias());
        });
        if (gx == null) {
            pool.give(unwanted.buffer());
        }
    }

    /**
     * The gradients of kernel and bias alone, as products with the windows of the input. The gradient operation would compute that of
     * the input too, which takes longer than all of this.
     */
    private void addKernelGradient(
            Plan plan, BufferPool pool, FoldedGradient gradient, Activation x, Activation y, Activation gy) {
        FeatureShape shape = new FeatureShape(y.shape().height(), y.shape().width(), Math.toIntExact(folded.rows()));
        int atATime =
                imagesAtATime(x.images(), Math.max(shape.length(), y.shape().length()));
        Activation windows = Activation.take(pool, atATime, shape);
        addSlices(plan, pool, gradient, x.images(), atATime, (first, count, written) -> {
            Activation g = gy.slice(first, count);
            addRelu6Gradient(plan, pool, y.slice(first, count), g);
            Activation current = windows.slice(0, count);
            plan.windows(folded, x.slice(first, count), current);
            addPointwiseBackward(plan, written, current, g, null);
        });
        pool.give(windows.buffer());
    }

    /** The steps for some of a part's images. */
    private interface Slice {
        /**
         * Adds them to a plan.
         *
         * @param first number of images before these
         * @param written where the gradients of these images go
         */
        void add(int first, int count, FoldedGradient written);
    }

    /** Adds the steps for all images, some at a time, and sums up the gradients. */
    private void addSlices(Plan plan, BufferPool pool, FoldedGradient gradient, int images, int atATime, Slice slice) {
        INDArray room = pool.take(kernel.length() + mean.length());
        FoldedGradient further = FoldedGradient.in(room, kernel.shape(), mean.length());
        for (int first = 0; first < images; first += atATime) {
            slice.add(first, Math.min(atATime, images - first), first == 0 ? gradient : further);
            if (first > 0) {
                addSum(plan, gradient, further);
            }
        }
        pool.give(room);
    }

    private void addSum(Plan plan, FoldedGradient sum, FoldedGradient summand) {
        plan.add(sum.kernel(), summand.kernel(), sum.kernel());
        plan.add(sum.bias(), summand.bias(), sum.bias());
    }

    /**
     * Sums up the gradients of folded kernel and bias, and goes from them to those of kernel and gamma; that of beta is the
     * bias's.
     *
     * @param parts number of parts that the batch was divided into
     */
    void addUnfold(Plan plan, int parts) {
        FoldedGradient sum = gradients.get(0);
        for (FoldedGradient part : gradients.subList(1, parts)) {
            addSum(plan, sum, part);
        }
        INDArray gradientMatrix = folded.matrix(sum.kernel());
        INDArray gammaGradient = gamma.gradient();
        plan.multiply(folded.matrix(kernel()), gradientMatrix, products);
        plan.matmul(ones, false, products, false, sums);
        plan.multiply(mean, beta.gradient(), gammaGradient);
        plan.subtract(sums.reshape(mean.length()), gammaGradient, gammaGradient);
        plan.multiply(gammaGradient, inverseSigma, gammaGradient);
        if (trainedKernel != null) {
            plan.scaleColumns(gradientMatrix, scale, folded.matrix(trainedKernel.gradient()));
        }
    }

    @Override
    public void close() {
        for (INDArray array : new INDArray[] {kernel, mean, inverseSigma, scale, sums, ones}) {
            array.close();
        }
        if (trainedKernel == null) {
            products.close();
        }
        gradients.get(0).kernel().close();
        for (FoldedGradient part : gradients.subList(1, gradients.size())) {
            part.kernel().close();
            part.bias().close();
        }
    }
}
