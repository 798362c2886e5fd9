package org.finetune.engine.cuda;

import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.engine.fused.FoldedKernel;

/**
 * A convolution on the device, with the batch normalization folded in.
 *
 * @param kernel as a matrix {@code [rows,channels]}, the output channel being the last index of any kernel
 * @param bias one value for each output channel
 */
record DeviceConvolution(DeviceArray kernel, DeviceArray bias) {

    static DeviceConvolution of(FoldedKernel folded, DeviceArrays arrays, CudaStream stream) {
        return new DeviceConvolution(arrays.take(stream, folded.kernel()), arrays.take(stream, folded.bias()));
    }

    int channels() {
        return Math.toIntExact(bias.length());
    }

    int rows() {
        return Math.toIntExact(kernel.length() / bias.length());
    }
}
