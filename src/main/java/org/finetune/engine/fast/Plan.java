package org.finetune.engine.fast;

import static org.bytedeco.opencv.global.opencv_imgproc.THRESH_BINARY;
import static org.bytedeco.opencv.global.opencv_imgproc.THRESH_TOZERO_INV;
import static org.bytedeco.opencv.global.opencv_imgproc.threshold;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.backend.HostMemory;
import org.finetune.engine.OpProfile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.scalar.Relu6;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarAdd;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A fixed sequence of ND4J operations on fixed arrays. Everything an operation needs is prepared when it is added, so
 * that running the plan allocates nothing.
 */
final class Plan implements AutoCloseable {
    /** The largest float below 6: ReLU6 passes a gradient where its output is above 0 and not above this. */
    private static final double BELOW_SIX = Math.nextDown(6f);

    private final OpProfile profile;
    private final List<Runnable> steps = new ArrayList<>();
    private final List<OpContext> contexts = new ArrayList<>();
    private final List<INDArray> constants = new ArrayList<>();
    private final List<Mat> mats = new ArrayList<>();

    /**
     * An empty plan.
     *
     * @param profile where the time of each operation is added up
     */
    Plan(OpProfile profile) {
        this.profile = profile;
    }

    void run() {
        steps.forEach(Runnable::run);
    }

    @Override
    public void close() {
        constants.forEach(INDArray::close);
        mats.forEach(Mat::close);
        for (OpContext context : contexts) {
            try {
                context.close();
            } catch (Exception e) {
                throw new IllegalStateException("An operation's context could not be closed", e);
            }
        }
    }

    /** y = the convolution of x with TensorFlow's SAME padding. */
    void convolution(FoldedConvolution convolution, Activation x, Activation y) {
        custom(
                operation(convolution),
                List.of(x.nhwc(), convolution.kernel(), convolution.bias()),
                List.of(y.nhwc()),
                window(convolution));
    }

    /**
     * Gradients of {@link #convolution}.
     *
     * @param gy gradient of the output
     * @param gx gradient of the input, to be written
     * @param gKernel gradient of the folded kernel, to be written
     * @param gBias gradient of the folded bias, to be written
     */
    void convolutionGradient(
            FoldedConvolution convolution,
            Activation x,
            Activation gy,
            Activation gx,
            INDArray gKernel,
            INDArray gBias) {
        custom(
                operation(convolution) + "_bp",
                List.of(x.nhwc(), convolution.kernel(), convolution.bias(), gy.nhwc()),
                List.of(gx.nhwc(), gKernel, gBias),
                window(convolution));
    }

    /**
     * The windows of x on which a convolution works, one row for each pixel of its output: a convolution whose kernels each pick one
     * value.
     *
     * @param windows one channel for each of the kernel's values for an output channel, to be written
     */
    void windows(FoldedConvolution convolution, Activation x, Activation windows) {
        long[] shape = convolution.kernel().shape();
        int values = Math.toIntExact(convolution.rows());
        float[] identity = new float[values * values];
        for (int i = 0; i < values; i++) {
            identity[i * values + i] = 1;
        }
        INDArray picks = Nd4j.create(DataType.FLOAT, new long[] {shape[0], shape[1], shape[2], values}, 'c');
        HostMemory.write(picks, identity);
        constants.add(picks);
        custom("conv2d", List.of(x.nhwc(), picks), List.of(windows.nhwc()), window(convolution));
    }

    private static String operation(FoldedConvolution convolution) {
        return convolution.layer().depthwise() ? "depthwise_conv2d" : "conv2d";
    }

    /** kH,kW,sH,sW,pH,pW,dH,dW, SAME padding, NHWC, weights [kH,kW,iC,oC]. */
    private static long[] window(FoldedConvolution convolution) {
        int kernel = convolution.layer().convolution().kernel();
        int stride = convolution.layer().convolution().stride();
        return new long[] {kernel, kernel, stride, stride, 0, 0, 1, 1, 1, 1, 0};
    }

    /** z = op(x) · op(y) of matrices in C order, op transposing or not. */
    void matmul(INDArray x, boolean transposeX, INDArray y, boolean transposeY, INDArray z) {
        custom("matmul", List.of(x, y), List.of(z), transposeX ? 1 : 0, transposeY ? 1 : 0, 0);
    }

    /** z = x · y of matrices in C order. */
    void matmul(INDArray x, INDArray y, INDArray z) {
        matmul(x, false, y, false, z);
    }

    /** z = x · y + bias, one for each column, of matrices in C order. */
    void dense(INDArray x, INDArray y, INDArray bias, INDArray z) {
        custom("xw_plus_b", List.of(x, y, bias), List.of(z));
    }

    /** z = z + x · y of matrices in C order. */
    void addMatmul(INDArray x, INDArray y, INDArray z) {
        custom("matmul", List.of(x, y), List.of(z), new double[] {1, 1}, 0, 0, 0);
    }

    /** x = x + bias, one for each column. */
    void addBias(INDArray x, INDArray bias) {
        custom("biasadd", List.of(x, bias), List.of(x));
    }

    /** sums = the sum of x over its rows, as a product with ones. */
    void sumRows(INDArray x, INDArray sums) {
        INDArray ones = Nd4j.ones(DataType.FLOAT, 1, x.rows());
        constants.add(ones);
        matmul(ones, false, x, false, sums);
    }

    /** x = min(max(x, 0), 6). */
    void relu6(Activation x) {
        legacy("relu6", new Relu6(x.flat(), x.flat(), 0.0));
    }

    /**
     * g = g where 0 &lt; y &lt; 6, else 0. OpenCV's thresholds take a third of the time of ND4J's steps.
     *
     * @param y output of ReLU6
     * @param pool lends room for masks
     */
    void relu6Gradient(Activation y, Activation g, BufferPool pool) {
        Activation mask = Activation.take(pool, y.images(), y.shape());
        if (HostMemory.isAtHand()) {
            Mat from = mat(y.flat());
            Mat to = mat(mask.flat());
            step("threshold", () -> {
                threshold(from, to, BELOW_SIX, 0, THRESH_TOZERO_INV);
                threshold(to, to, 0, 1, THRESH_BINARY);
            });
        } else {
            Activation aboveSix = Activation.take(pool, y.images(), y.shape());
            legacy("step", new Step(y.flat(), mask.flat(), 0.0));
            legacy("step", new Step(y.flat(), aboveSix.flat(), BELOW_SIX));
            subtract(mask.flat(), aboveSix.flat(), mask.flat());
            pool.give(aboveSix.buffer());
        }
        multiply(g.flat(), mask.flat(), g.flat());
        pool.give(mask.buffer());
    }

    /** z = x + y, element by element; z may be either. */
    void add(INDArray x, INDArray y, INDArray z) {
        custom("add", List.of(x, y), List.of(z));
    }

    /** z = x - y, element by element; z may be either. */
    void subtract(INDArray x, INDArray y, INDArray z) {
        custom("subtract", List.of(x, y), List.of(z));
    }

    /** z = x * y, element by element; z may be either. */
    void multiply(INDArray x, INDArray y, INDArray z) {
        custom("multiply", List.of(x, y), List.of(z));
    }

    /** z[r,c] = x[r,c] * s[c]; z may be x. */
    void scaleColumns(INDArray x, INDArray s, INDArray z) {
        custom("multiply", List.of(x, s), List.of(z));
    }

    /** z[r,c] = x[r,c] * s[r]; s is {@code [rows,1]}, z may be x. */
    void scaleRows(INDArray x, INDArray s, INDArray z) {
        custom("multiply", List.of(x, s), List.of(z));
    }

    /** x = x * factor. */
    void scale(INDArray x, float factor) {
        legacy("scale", new ScalarMultiplication(x, null, x, factor));
    }

    /** y = mean of x over height and width. */
    void averagePool(Activation x, Activation y) {
        custom("avgpool2d", List.of(x.nhwc()), List.of(y.nhwc()), pool(x));
    }

    /** Gradient of {@link #averagePool}. */
    void averagePoolGradient(Activation x, Activation gy, Activation gx) {
        custom("avgpool2d_bp", List.of(x.nhwc(), gy.nhwc()), List.of(gx.nhwc()), pool(x));
    }

    /** kH,kW,sH,sW,pH,pW,dH,dW, VALID padding, divide by the whole window, NHWC. */
    private static long[] pool(Activation x) {
        return new long[] {x.shape().height(), x.shape().width(), 1, 1, 0, 0, 1, 1, 0, 0, 1};
    }

    /** z = the sum of x * y, element by element, of matrices in C order; z is {@code [1,1]}. */
    void dot(INDArray x, INDArray y, INDArray z) {
        matmul(x.reshape('c', 1, x.length()), y.reshape('c', y.length(), 1), z);
    }

    /** x = x + summand. */
    void addScalar(INDArray x, float summand) {
        legacy("add scalar", new ScalarAdd(x, null, x, summand));
    }

    /** z = x / y, element by element; z may be either. */
    void divide(INDArray x, INDArray y, INDArray z) {
        custom("divide", List.of(x, y), List.of(z));
    }

    /**
     * y = y + factor * x.
     *
     * @return for another factor, its real argument
     */
    OpContext addScaled(double factor, INDArray x, INDArray y) {
        // It is the second input that ND4J multiplies.
        return custom("axpy", List.of(y, x), List.of(y), new double[] {factor});
    }

    /** y = the square root of x, of vectors. OpenCV's takes a twentieth of the time of ND4J's, which computes one by one. */
    void squareRoot(INDArray x, INDArray y) {
        if (!HostMemory.isAtHand()) {
            legacy("sqrt", new Sqrt(x, y));
            return;
        }
        Mat from = mat(x);
        Mat to = mat(y);
        step("sqrt", () -> opencv_core.sqrt(from, to));
    }

    /** The same memory, for OpenCV, which is to compute on the thread that calls it. */
    private Mat mat(INDArray x) {
        opencv_core.setNumThreads(0);
        Mat mat = new Mat(1, Math.toIntExact(x.length()), opencv_core.CV_32F, HostMemory.of(x));
        mats.add(mat);
        return mat;
    }

    /** An operation of libnd4j by its name. */
    void custom(String name, List<INDArray> inputs, List<INDArray> outputs, long... arguments) {
        custom(name, inputs, outputs, new double[0], arguments);
    }

    private OpContext custom(
            String name, List<INDArray> inputs, List<INDArray> outputs, double[] realArguments, long... arguments) {
        CustomOp op = DynamicCustomOp.builder(name).build();
        OpContext context = Nd4j.getExecutioner().buildContext();
        for (int i = 0; i < inputs.size(); i++) {
            context.setInputArray(i, inputs.get(i));
        }
        for (int i = 0; i < outputs.size(); i++) {
            context.setOutputArray(i, outputs.get(i));
        }
        context.setIArguments(arguments);
        context.setTArguments(realArguments);
        contexts.add(context);
        step(name, () -> Nd4j.exec(op, context));
        return context;
    }

    /** One of ND4J's older operations, which carries its own arrays. */
    void legacy(String name, Op op) {
        step(name, () -> Nd4j.exec(op));
    }

    private void step(String name, Runnable action) {
        steps.add(profile.timed(name, action));
    }
}
