package org.finetune.engine.cuda;

import org.finetune.backend.cuda.DeviceArray;
import org.finetune.engine.fused.FoldedKernel;

/**
 * A convolution on the device, with the batch normalization folded in.
 *
 * @param kernel as a matrix {@code [rows,channels]}, the output channel being the last index of any kernel
 * @param bias one value for each output channel
 */
record DeviceConvolution(DeviceArray kernel, DeviceArray bias) {

    static DeviceConvolution of(FoldedKernel folded, Workspace work) {
        return new DeviceConvolution(work.take(folded.kernel()), work.take(folded.bias()));
    }

    int channels() {
        return Math.toIntExact(bias.length());
    }

    int rows() {
        return Math.toIntExact(kernel.length() / bias.length());
    }
}
