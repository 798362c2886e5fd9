package org.finetune.compute.fast;

import org.finetune.model.FeatureShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Output of frozen linear convolutions, which end the blocks. A last channel of ones lets the matrix product that reads
 * it add a bias. The biases of blocks with a residual sum are not in the values: the readers add them as well.
 *
 * @param values activations with one channel more than the layer has
 * @param offset what the values lack, one for each channel of the layer
 */
record Bottleneck(Activation values, double[] offset) {

    /** Room for the output of a layer of that shape, undefined in content. */
    static Bottleneck take(BufferPool pool, int images, FeatureShape shape) {
        FeatureShape widened = new FeatureShape(shape.height(), shape.width(), shape.channels() + 1);
        return new Bottleneck(Activation.take(pool, images, widened), new double[shape.channels()]);
    }

    /** The same values, lacking more. */
    Bottleneck plusOffset(float[] more) {
        double[] sum = offset.clone();
        for (int channel = 0; channel < sum.length; channel++) {
            sum[channel] += more[channel];
        }
        return new Bottleneck(values, sum);
    }

    /** The output for some of the images. */
    Bottleneck slice(int from, int count) {
        return new Bottleneck(values.slice(from, count), offset);
    }

    /** Channels of the layer. */
    int channels() {
        return offset.length;
    }

    /**
     * The matrix whose product with the rows is {@code values * kernel + bias}.
     *
     * @param kernel {@code [channels,bias.length]}
     */
    INDArray reader(float[] kernel, float[] bias) {
        int outputs = bias.length;
        float[] matrix = new float[kernel.length + outputs];
        System.arraycopy(kernel, 0, matrix, 0, kernel.length);
        for (int output = 0; output < outputs; output++) {
            double sum = bias[output];
            for (int channel = 0; channel < channels(); channel++) {
                sum += offset[channel] * kernel[channel * outputs + output];
            }
            matrix[kernel.length + output] = (float) sum;
        }
        return Nd4j.createFromArray(matrix).reshape('c', channels() + 1, outputs);
    }

    /** The matrix whose product with the rows is the layer's output. */
    INDArray identity() {
        float[] kernel = new float[channels() * channels()];
        for (int channel = 0; channel < channels(); channel++) {
            kernel[channel * channels() + channel] = 1;
        }
        return reader(kernel, new float[channels()]);
    }
}
