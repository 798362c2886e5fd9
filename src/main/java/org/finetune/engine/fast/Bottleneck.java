package org.finetune.engine.fast;

import org.finetune.model.FeatureShape;

/**
 * Output of frozen linear convolutions, which end the blocks. Biases of these convolutions may not be in the values: the
 * layers that read them add them as well ({@link BottleneckReader}).
 *
 * @param values activations, with one channel more than the layer has if {@link #widened}: it is always 1
 * @param offset what the values lack, one for each channel of the layer
 */
record Bottleneck(Activation values, double[] offset) {
    /** Values in a vector register of AVX-512. */
    private static final int VECTOR = 16;

    /**
     * Room for the output of a layer of that shape, undefined in content. There is a channel of ones, with which a matrix
     * product adds a bias, only where it costs nothing, since the channels do not fill vectors.
     */
    static Bottleneck take(BufferPool pool, int images, FeatureShape shape) {
        int channels = widened(shape) ? shape.channels() + 1 : shape.channels();
        FeatureShape stored = new FeatureShape(shape.height(), shape.width(), channels);
        return new Bottleneck(Activation.take(pool, images, stored), new double[shape.channels()]);
    }

    /** The whole output of a layer. */
    static Bottleneck of(Activation output) {
        return new Bottleneck(output, new double[output.shape().channels()]);
    }

    static boolean widened(FeatureShape shape) {
        return shape.channels() % VECTOR != 0;
    }

    boolean widened() {
        return values.shape().channels() > channels();
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
}
