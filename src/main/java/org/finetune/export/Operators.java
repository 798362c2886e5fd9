package org.finetune.export;

import org.finetune.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Operators of networks on float32 values in the layout {@code [N,H,W,C]}, after their definitions. They share nothing with the
 * engines, so that interpreters of formats show what others make of a file.
 */
public final class Operators {
    private Operators() {}

    /**
     * How a kernel moves along an axis.
     *
     * @param kernel places of the kernel
     * @param stride places from one output to the next
     * @param before zeros before the first place
     * @param outputs number of outputs
     */
    public record Window(int kernel, int stride, int before, int outputs) {

        /** With as few zeros as give ceil(size / stride) outputs, the odd one after: TensorFlow's padding SAME. */
        public static Window same(long size, long kernel, int stride) {
            int outputs = (int) ((size + stride - 1) / stride);
            int zeros = (int) Math.max(0, (outputs - 1L) * stride + kernel - size);
            return new Window((int) kernel, stride, zeros / 2, outputs);
        }

        /** Without zeros: TensorFlow's padding VALID. */
        public static Window valid(long size, long kernel, int stride) {
            return new Window((int) kernel, stride, 0, (int) ((size - kernel) / stride) + 1);
        }

        /** The input at a place of the kernel, which may be outside. */
        int input(int output, int place) {
            return output * stride - before + place;
        }
    }

    /**
     * A convolution.
     *
     * @param kernel {@code [kH,kW,iC,oC]}
     * @param bias a number for each output channel
     */
    public static Tensor convolution(Tensor in, Tensor kernel, float[] bias, Window rows, Window columns) {
        Tensor patches = patches(in, rows, columns);
        long outputs = kernel.shape()[3];
        try (INDArray left = array(patches, patches.shape());
                INDArray right = array(kernel, patches.shape()[1], outputs);
                INDArray product = left.mmul(right);
                INDArray ordered = product.dup('c')) {
            float[] out = ordered.data().asFloat();
            for (int row = 0; row < out.length; row += bias.length) {
                for (int output = 0; output < bias.length; output++) {
                    out[row + output] += bias[output];
                }
            }
            return new Tensor(out, new long[] {in.shape()[0], rows.outputs(), columns.outputs(), outputs});
        }
    }

    private static INDArray array(Tensor tensor, long... shape) {
        return Nd4j.createFromArray(tensor.values()).reshape('c', shape);
    }

    /** The values that each output is computed of, {@code [N*oH*oW,kH*kW*iC]}. */
    private static Tensor patches(Tensor in, Window rows, Window columns) {
        int channels = (int) in.shape()[3];
        int inRows = (int) in.shape()[1];
        int inColumns = (int) in.shape()[2];
        int images = (int) in.shape()[0];
        int patch = rows.kernel() * columns.kernel() * channels;
        int places = images * rows.outputs() * columns.outputs();
        if (patch == channels && places * channels == in.values().length) {
            return new Tensor(in.values(), new long[] {places, channels});
        }
        float[] patches = new float[places * patch];
        for (int place = 0; place < places; place++) {
            int image = place / (rows.outputs() * columns.outputs());
            int row = place / columns.outputs() % rows.outputs();
            int column = place % columns.outputs();
            for (int kernelRow = 0; kernelRow < rows.kernel(); kernelRow++) {
                int inRow = rows.input(row, kernelRow);
                for (int kernelColumn = 0; kernelColumn < columns.kernel(); kernelColumn++) {
                    int inColumn = columns.input(column, kernelColumn);
                    if (inRow >= 0 && inRow < inRows && inColumn >= 0 && inColumn < inColumns) {
                        System.arraycopy(
                                in.values(),
                                ((image * inRows + inRow) * inColumns + inColumn) * channels,
                                patches,
                                place * patch + (kernelRow * columns.kernel() + kernelColumn) * channels,
                                channels);
                    }
                }
            }
        }
        return new Tensor(patches, new long[] {places, patch});
    }

    /**
     * A convolution of each channel by itself.
     *
     * @param kernel {@code [kH,kW,C,1]}
     * @param bias a number for each channel
     */
    public static Tensor depthwiseConvolution(Tensor in, Tensor kernel, float[] bias, Window rows, Window columns) {
        int images = (int) in.shape()[0];
        int inRows = (int) in.shape()[1];
        int inColumns = (int) in.shape()[2];
        int channels = (int) in.shape()[3];
        float[] out = new float[images * rows.outputs() * columns.outputs() * channels];
        for (int to = 0; to < out.length; to += channels) {
            int place = to / channels;
            int image = place / (rows.outputs() * columns.outputs());
            int row = place / columns.outputs() % rows.outputs();
            int column = place % columns.outputs();
            System.arraycopy(bias, 0, out, to, channels);
            for (int kernelRow = 0; kernelRow < rows.kernel(); kernelRow++) {
                int inRow = rows.input(row, kernelRow);
                for (int kernelColumn = 0; kernelColumn < columns.kernel(); kernelColumn++) {
                    int inColumn = columns.input(column, kernelColumn);
                    if (inRow >= 0 && inRow < inRows && inColumn >= 0 && inColumn < inColumns) {
                        addProducts(
                                in.values(),
                                ((image * inRows + inRow) * inColumns + inColumn) * channels,
                                kernel.values(),
                                (kernelRow * columns.kernel() + kernelColumn) * channels,
                                out,
                                to,
                                channels);
                    }
                }
            }
        }
        return new Tensor(out, new long[] {images, rows.outputs(), columns.outputs(), channels});
    }

    private static void addProducts(
            float[] in, int from, float[] kernel, int place, float[] out, int to, int channels) {
        for (int channel = 0; channel < channels; channel++) {
            out[to + channel] += in[from + channel] * kernel[place + channel];
        }
    }

    /** Scales and shifts each channel. */
    public static Tensor affine(Tensor in, double[] scale, double[] shift) {
        float[] out = new float[in.values().length];
        for (int start = 0; start < out.length; start += scale.length) {
            for (int channel = 0; channel < scale.length; channel++) {
                out[start + channel] = (float) (in.values()[start + channel] * scale[channel] + shift[channel]);
            }
        }
        return new Tensor(out, in.shape());
    }

    /** Bounds all values. */
    public static Tensor clip(Tensor in, float least, float most) {
        float[] out = new float[in.values().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.min(Math.max(in.values()[i], least), most);
        }
        return new Tensor(out, in.shape());
    }

    /** The sum of two tensors of the same shape. */
    public static Tensor add(Tensor a, Tensor b) {
        if (a.values().length != b.values().length) {
            throw new IllegalArgumentException("The shapes of " + a + " and " + b + " differ");
        }
        float[] out = new float[a.values().length];
        for (int i = 0; i < out.length; i++) {
            out[i] = a.values()[i] + b.values()[i];
        }
        return new Tensor(out, a.shape());
    }

    /** Adds rows and columns of zeros. */
    public static Tensor pad(Tensor in, int above, int below, int left, int right) {
        int images = (int) in.shape()[0];
        int inRows = (int) in.shape()[1];
        int rows = inRows + above + below;
        int channels = (int) in.shape()[3];
        int inRow = (int) in.shape()[2] * channels;
        int row = inRow + (left + right) * channels;
        float[] out = new float[images * rows * row];
        for (int from = 0; from < images * inRows; from++) {
            int to = from / inRows * rows + from % inRows + above;
            System.arraycopy(in.values(), from * inRow, out, to * row + left * channels, inRow);
        }
        return new Tensor(out, new long[] {images, rows, row / channels, channels});
    }

    /** The mean over all places, {@code [N,C]}. */
    public static Tensor globalAverage(Tensor in) {
        int images = (int) in.shape()[0];
        int channels = (int) in.shape()[3];
        int places = (int) (in.shape()[1] * in.shape()[2]);
        float[] out = new float[images * channels];
        for (int i = 0; i < out.length; i++) {
            double sum = 0;
            for (int place = 0; place < places; place++) {
                sum += in.values()[(i / channels * places + place) * channels + i % channels];
            }
            out[i] = (float) (sum / places);
        }
        return new Tensor(out, new long[] {images, channels});
    }

    /**
     * A dense layer without activation.
     *
     * @param in {@code [N,in]}
     * @param kernel {@code [in,out]}
     */
    public static Tensor dense(Tensor in, Tensor kernel, float[] bias) {
        int rows = (int) in.shape()[0];
        int inputs = (int) kernel.shape()[0];
        int outputs = (int) kernel.shape()[1];
        float[] out = new float[rows * outputs];
        for (int i = 0; i < out.length; i++) {
            double sum = bias[i % outputs];
            for (int input = 0; input < inputs; input++) {
                sum += (double) in.values()[i / outputs * inputs + input]
                        * kernel.values()[input * outputs + i % outputs];
            }
            out[i] = (float) sum;
        }
        return new Tensor(out, new long[] {rows, outputs});
    }

    /** The softmax of each row of {@code [N,C]}. */
    public static Tensor softmax(Tensor in) {
        int classes = (int) in.shape()[1];
        float[] out = new float[in.values().length];
        for (int start = 0; start < out.length; start += classes) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int label = 0; label < classes; label++) {
                largest = Math.max(largest, in.values()[start + label]);
            }
            double sum = 0;
            for (int label = 0; label < classes; label++) {
                sum += Math.exp(in.values()[start + label] - largest);
            }
            for (int label = 0; label < classes; label++) {
                out[start + label] = (float) (Math.exp(in.values()[start + label] - largest) / sum);
            }
        }
        return new Tensor(out, in.shape());
    }
}
