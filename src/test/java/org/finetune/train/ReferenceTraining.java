package org.finetune.train;

import java.util.Arrays;
import org.finetune.model.Architecture;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.SolvedHead;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The softmax layer trained by Adam, in plain loops in float64, without dropout.
 *
 * @param x features of each image
 * @param labels classes of the images
 * @param kernel {@code [features,classes]}
 * @param bias by class
 */
record ReferenceTraining(float[][] x, int[] labels, double[] kernel, double[] bias) {

    static ReferenceTraining of(ActivationCache images, SolvedHead head, int classes) {
        int count = images.samples().size();
        int features = head.kernel().length / classes;
        float[][] x = new float[count][];
        try (INDArray row = Nd4j.create(1, features)) {
            for (int image = 0; image < count; image++) {
                images.read(Architecture.POOLING, new int[] {image}, row);
                x[image] = row.dup().data().asFloat();
            }
        }
        double[] kernel = new double[head.kernel().length];
        Arrays.setAll(kernel, i -> head.kernel()[i]);
        double[] bias = new double[classes];
        Arrays.setAll(bias, c -> head.bias()[c]);
        int[] all = new int[count];
        Arrays.setAll(all, i -> i);
        return new ReferenceTraining(x, images.labels(all), kernel, bias);
    }

    private double[] probabilities(int image) {
        double[] p = new double[bias.length];
        for (int c = 0; c < p.length; c++) {
            double logit = bias[c];
            for (int f = 0; f < x[image].length; f++) {
                logit += x[image][f] * kernel[f * p.length + c];
            }
            p[c] = Math.exp(logit);
        }
        double sum = Arrays.stream(p).sum();
        Arrays.setAll(p, c -> p[c] / sum);
        return p;
    }

    /** Mean cross-entropy of all images. */
    double loss() {
        double sum = 0;
        for (int image = 0; image < x.length; image++) {
            sum -= Math.log(probabilities(image)[labels[image]]);
        }
        return sum / x.length;
    }

    void train(PhaseSettings settings) {
        int classes = bias.length;
        double[] first = new double[kernel.length + classes];
        double[] second = new double[first.length];
        int stepsPerEpoch = (x.length + settings.batchSize() - 1) / settings.batchSize();
        int step = 0;
        for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
            int[] order = new EpochOrder(settings.seed(), settings.phase(), epoch, x.length, 1).records();
            for (int from = 0; from < order.length; from += settings.batchSize()) {
                int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + settings.batchSize()));
                double[] gradient = new double[first.length];
                for (int image : batch) {
                    double[] p = probabilities(image);
                    for (int c = 0; c < classes; c++) {
                        double error = (p[c] - (labels[image] == c ? 1 : 0)) / batch.length;
                        for (int f = 0; f < x[image].length; f++) {
                            gradient[f * classes + c] += error * x[image][f];
                        }
                        gradient[kernel.length + c] += error;
                    }
                }
                double rate = settings.learningRate().at(step, (long) stepsPerEpoch * settings.epochs());
                step++;
                double corrected = rate * Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
                for (int i = 0; i < first.length; i++) {
                    first[i] += 0.1 * (gradient[i] - first[i]);
                    second[i] += 0.001 * (gradient[i] * gradient[i] - second[i]);
                    double change = corrected * first[i] / (Math.sqrt(second[i]) + 1e-7);
                    if (i < kernel.length) {
                        kernel[i] -= change;
                    } else {
                        bias[i - kernel.length] -= change;
                    }
                }
            }
        }
    }
}
