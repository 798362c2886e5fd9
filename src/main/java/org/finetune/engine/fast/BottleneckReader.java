package org.finetune.engine.fast;

import java.util.Arrays;
import org.finetune.model.FeatureShape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A 1x1 convolution that reads a bottleneck and adds what that lacks.
 *
 * @param kernel {@code [channels,outputs]}, with the bias as one more row if the bottleneck is widened
 * @param bias {@code [outputs]}, or null if the kernel has it
 */
record BottleneckReader(INDArray kernel, INDArray bias) implements AutoCloseable {

    /**
     * The convolution with this kernel and bias.
     *
     * @param kernel {@code [channels,bias.length]}
     */
    static BottleneckReader of(Bottleneck bottleneck, float[] kernel, float[] bias) {
        int channels = bottleneck.channels();
        int outputs = bias.length;
        float[] sums = new float[outputs];
        for (int output = 0; output < outputs; output++) {
            double sum = bias[output];
            for (int channel = 0; channel < channels; channel++) {
                sum += bottleneck.offset()[channel] * kernel[channel * outputs + output];
            }
            sums[output] = (float) sum;
        }
        if (!bottleneck.widened()) {
            return new BottleneckReader(matrix(kernel, channels, outputs), Nd4j.createFromArray(sums));
        }
        float[] widened = Arrays.copyOf(kernel, kernel.length + outputs);
        System.arraycopy(sums, 0, widened, kernel.length, outputs);
        return new BottleneckReader(matrix(widened, channels + 1, outputs), null);
    }

    /** What gives the output of the layer itself. */
    static BottleneckReader identity(Bottleneck bottleneck) {
        int channels = bottleneck.channels();
        float[] kernel = new float[channels * channels];
        for (int channel = 0; channel < channels; channel++) {
            kernel[channel * channels + channel] = 1;
        }
        return of(bottleneck, kernel, new float[channels]);
    }

    /** What writes the whole output of a layer of that shape as another bottleneck, with its ones if it is to have them. */
    static BottleneckReader copy(FeatureShape shape) {
        int channels = shape.channels();
        int outputs = Bottleneck.widened(shape) ? channels + 1 : channels;
        float[] kernel = new float[channels * outputs];
        for (int channel = 0; channel < channels; channel++) {
            kernel[channel * outputs + channel] = 1;
        }
        float[] bias = new float[outputs];
        Arrays.fill(bias, channels, outputs, 1);
        return new BottleneckReader(matrix(kernel, channels, outputs), Nd4j.createFromArray(bias));
    }

    private static INDArray matrix(float[] values, int rows, int columns) {
        return Nd4j.createFromArray(values).reshape('c', rows, columns);
    }

    void addForward(Plan plan, Bottleneck x, Activation y) {
        INDArray rows = x.values().rows();
        if (bias == null) {
            plan.matmul(rows, kernel, y.rows());
        } else {
            plan.dense(rows, kernel, bias, y.rows());
        }
    }

    @Override
    public void close() {
        kernel.close();
        if (bias != null) {
            bias.close();
        }
    }
}
