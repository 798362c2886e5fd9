package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.backend.Backend;
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
     * @param profile where the time of each operation is added up, or null
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
                convolution.layer().convolution().name(),
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
                convolution.layer().convolution().name(),
                operation(convolution) + "_bp",
                List.of(x.nhwc(), convolution.kernel(), convolution.bias(), gy.nhwc()),
                List.of(gx.nhwc(), gKernel, gBias),
                window(convolution));
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
    void matmul(String layer, INDArray x, boolean transposeX, INDArray y, boolean transposeY, INDArray z) {
        custom(layer, "matmul", List.of(x, y), List.of(z), transposeX ? 1 : 0, transposeY ? 1 : 0, 0);
    }

    /** z = x · y of matrices in C order. */
    void matmul(String layer, INDArray x, INDArray y, INDArray z) {
        matmul(layer, x, false, y, false, z);
    }

    /** z = x · y + bias, one for each column, of matrices in C order. */
    void dense(String layer, INDArray x, INDArray y, INDArray bias, INDArray z) {
        custom(layer, "xw_plus_b", List.of(x, y, bias), List.of(z));
    }

    /** z = z + x · y of matrices in C order. */
    void addMatmul(String layer, INDArray x, INDArray y, INDArray z) {
        custom(layer, "matmul", List.of(x, y), List.of(z), new double[] {1, 1}, 0, 0, 0);
    }

    /** x = x + bias, one for each column. */
    void addBias(String layer, INDArray x, INDArray bias) {
        custom(layer, "biasadd", List.of(x, bias), List.of(x));
    }

    /** sums = the sum of x over its rows, as a product with ones. */
    void sumRows(String layer, INDArray x, INDArray sums) {
        INDArray ones = Nd4j.ones(DataType.FLOAT, 1, x.rows());
        constants.add(ones);
        matmul(layer, ones, false, x, false, sums);
    }

    /** x = min(max(x, 0), 6). */
    void relu6(String layer, Activation x) {
        legacy(layer, "relu6", new Relu6(x.flat(), x.flat(), 0.0));
    }

    /**
     * g = g where 0 &lt; y &lt; 6, else 0.
     *
     * @param y output of ReLU6
     * @param pool lends room for two masks
     */
    void relu6Gradient(String layer, Activation y, Activation g, BufferPool pool) {
        Activation aboveZero = Activation.take(pool, y.images(), y.shape());
        Activation aboveSix = Activation.take(pool, y.images(), y.shape());
        legacy(layer, "step", new Step(y.flat(), aboveZero.flat(), 0.0));
        legacy(layer, "step", new Step(y.flat(), aboveSix.flat(), BELOW_SIX));
        subtract(layer, aboveZero.flat(), aboveSix.flat(), aboveZero.flat());
        multiply(layer, g.flat(), aboveZero.flat(), g.flat());
        pool.give(aboveZero.buffer());
        pool.give(aboveSix.buffer());
    }

    /** z = x + y, element by element; z may be either. */
    void add(String layer, INDArray x, INDArray y, INDArray z) {
        custom(layer, "add", List.of(x, y), List.of(z));
    }

    /** z = x - y, element by element; z may be either. */
    void subtract(String layer, INDArray x, INDArray y, INDArray z) {
        custom(layer, "subtract", List.of(x, y), List.of(z));
    }

    /** z = x * y, element by element; z may be either. */
    void multiply(String layer, INDArray x, INDArray y, INDArray z) {
        custom(layer, "multiply", List.of(x, y), List.of(z));
    }

    /** z[r,c] = x[r,c] * s[c]; z may be x. */
    void scaleColumns(String layer, INDArray x, INDArray s, INDArray z) {
        custom(layer, "multiply", List.of(x, s), List.of(z));
    }

    /** z[r,c] = x[r,c] * s[r]; s is {@code [rows,1]}, z may be x. */
    void scaleRows(String layer, INDArray x, INDArray s, INDArray z) {
        custom(layer, "multiply", List.of(x, s), List.of(z));
    }

    /** x = x * factor. */
    void scale(String layer, INDArray x, float factor) {
        legacy(layer, "scale", new ScalarMultiplication(x, null, x, factor));
    }

    /** y = mean of x over height and width. */
    void averagePool(String layer, Activation x, Activation y) {
        custom(layer, "avgpool2d", List.of(x.nhwc()), List.of(y.nhwc()), pool(x));
    }

    /** Gradient of {@link #averagePool}. */
    void averagePoolGradient(String layer, Activation x, Activation gy, Activation gx) {
        custom(layer, "avgpool2d_bp", List.of(x.nhwc(), gy.nhwc()), List.of(gx.nhwc()), pool(x));
    }

    /** kH,kW,sH,sW,pH,pW,dH,dW, VALID padding, divide by the whole window, NHWC. */
    private static long[] pool(Activation x) {
        return new long[] {x.shape().height(), x.shape().width(), 1, 1, 0, 0, 1, 1, 0, 0, 1};
    }

    /** z = the sum of x * y, element by element, of matrices in C order; z is {@code [1,1]}. */
    void dot(String layer, INDArray x, INDArray y, INDArray z) {
        matmul(layer, x.reshape('c', 1, x.length()), y.reshape('c', y.length(), 1), z);
    }

    /** x = x + summand. */
    void addScalar(String layer, INDArray x, float summand) {
        legacy(layer, "add scalar", new ScalarAdd(x, null, x, summand));
    }

    /** z = x / y, element by element; z may be either. */
    void divide(String layer, INDArray x, INDArray y, INDArray z) {
        custom(layer, "divide", List.of(x, y), List.of(z));
    }

    /**
     * y = y + factor * x.
     *
     * @return for another factor, its real argument
     */
    OpContext addScaled(String layer, double factor, INDArray x, INDArray y) {
        // It is the second input that ND4J multiplies.
        return custom(layer, "axpy", List.of(y, x), List.of(y), new double[] {factor});
    }

    /** y = the square root of x, of vectors. OpenCV's takes a twentieth of the time of ND4J's, which computes one by one. */
    void squareRoot(String layer, INDArray x, INDArray y) {
        if (!Backend.isCpu(Nd4j.getBackend())) {
            legacy(layer, "sqrt", new Sqrt(x, y));
            return;
        }
        Mat from = mat(x);
        Mat to = mat(y);
        mats.add(from);
        mats.add(to);
        step(layer, "sqrt", () -> opencv_core.sqrt(from, to));
    }

    /** The same memory. */
    private static Mat mat(INDArray x) {
        return new Mat(
                1, Math.toIntExact(x.length()), opencv_core.CV_32F, x.data().addressPointer());
    }

    /** An operation of libnd4j by its name. */
    void custom(String layer, String name, List<INDArray> inputs, List<INDArray> outputs, long... arguments) {
        custom(layer, name, inputs, outputs, new double[0], arguments);
    }

    private OpContext custom(
            String layer,
            String name,
            List<INDArray> inputs,
            List<INDArray> outputs,
            double[] realArguments,
            long... arguments) {
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
        step(layer, name, () -> Nd4j.exec(op, context));
        return context;
    }

    /** One of ND4J's older operations, which carries its own arrays. */
    void legacy(String layer, String name, Op op) {
        step(layer, name, () -> Nd4j.exec(op));
    }

    private void step(String layer, String name, Runnable action) {
        steps.add(profile == null ? action : profile.timed(layer, name, action));
    }
}
