package org.finetune.engine;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/** A trained network, from images to probabilities. Not thread-safe. */
public interface Classifier extends AutoCloseable {

    /**
     * Classifies images.
     *
     * @param pixels {@code [images,H,W,3]} in RGB: on the CPU float32 scaled to [-1, 1], on a GPU 8-bit values
     * @param images number of images, at most the batch size
     * @return the probabilities by image and class
     */
    float[][] classify(Pointer pixels, int images);

    /**
     * Classifies images that lie in different places.
     *
     * @param images network input, {@code [H,W,3]} float32 each, RGB, scaled to [-1, 1]; at most as many as the batch size
     * @return the probabilities by image and class
     */
    float[][] classify(List<FloatPointer> images);

    /**
     * The pooled features of an image that was classified last, one value for each channel.
     *
     * @param image its number in the batch
     */
    float[] features(int image);

    /**
     * Where on an image that was classified last the network saw a class.
     *
     * @param image its number in the batch
     */
    ActivationMap map(int image, int label);

    @Override
    void close();
}
