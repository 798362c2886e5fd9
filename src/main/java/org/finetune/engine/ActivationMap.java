package org.finetune.engine;

/**
 * Where on an image the network saw a class: how much each place of the last activations adds to the class's logit (B.
 * Zhou et al., "Learning Deep Features for Discriminative Localization", 2016). Since nothing but an average and a dense
 * layer follow, this is exact: the mean of the map and the class's bias make the logit.
 *
 * @param height number of rows
 * @param width number of columns
 * @param values the places, row by row
 */
public record ActivationMap(int height, int width, float[] values) {

    /**
     * Weighs activations by a class's row of the dense layer.
     *
     * @param activations {@code [height,width,channels]}
     * @param weights the dense layer's weights of the class, by channel
     */
    public static ActivationMap of(int height, int width, float[] activations, float[] weights) {
        float[] values = new float[height * width];
        for (int place = 0; place < values.length; place++) {
            double sum = 0;
            for (int channel = 0; channel < weights.length; channel++) {
                sum += activations[place * weights.length + channel] * weights[channel];
            }
            values[place] = (float) sum;
        }
        return new ActivationMap(height, width, values);
    }

    /** The class's logit without its bias. */
    public double mean() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }
}
