package org.finetune.engine.fast;

import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution whose kernel and bias have the batch normalization folded in, on the backend.
 *
 * @param layer the layers it stands for
 * @param kernel {@code [kH,kW,iC,oC]}, or {@code [kH,kW,C,1]} if depthwise
 * @param bias one value for each output channel
 */
record FoldedConvolution(FusedLayer.Convolution layer, INDArray kernel, INDArray bias) implements AutoCloseable {

    static FoldedConvolution of(FusedLayer.Convolution layer, FoldedKernel folded) {
        return new FoldedConvolution(
                layer,
                Nd4j.createFromArray(folded.kernel()).reshape('c', folded.shape()),
                Nd4j.createFromArray(folded.bias()));
    }

    /** Number of rows of {@link #matrix}: values of the kernel for each output channel. */
    long rows() {
        return kernel.length() / bias.length();
    }

    /** The kernel, or its gradient, as {@code [rows,channels]}; a view. */
    INDArray matrix(INDArray kernelOrGradient) {
        return kernelOrGradient.reshape('c', rows(), bias.length());
    }

    /** A 1x1 convolution as a product: {@code conv2d} has the kernel rearranged in every call. */
    void addForward(Plan plan, Activation x, Activation y) {
        if (layer.pointwise()) {
            plan.matmul(x.rows(), matrix(kernel), y.rows());
            plan.addBias(y.rows(), bias);
        } else {
            plan.convolution(this, x, y);
        }
        if (layer.relu6()) {
            plan.relu6(y);
        }
    }

    @Override
    public void close() {
        kernel.close();
        bias.close();
    }
}
