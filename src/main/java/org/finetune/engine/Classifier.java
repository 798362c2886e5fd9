package org.finetune.engine;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.PixelType;

/** A trained network, from images to probabilities. Not thread-safe. */
public interface Classifier extends AutoCloseable {

    /** How images are best given, as those of photos are. */
    default PixelType pixels() {
        return PixelType.FLOAT32;
    }

    /**
     * The parts into which this divides a batch, if it divides evenly: each classifies images of its own, on any thread, at the same time
     * as the others. Meanwhile this is not to be used. They are closed with this.
     *
     * @return this alone if it cannot be divided
     */
    default List<? extends Classifier> parts() {
        return List.of(this);
    }

    /** Most images of one call. */
    int batchSize();

    /**
     * Classifies images.
     *
     * @param pixels {@code [images,H,W,3]} as {@link #pixels()} says
     * @param images number of images, at most the batch size
     * @return the probabilities by image and class
     */
    float[][] classify(Pointer pixels, int images);

    /**
     * Classifies images that lie in different places.
     *
     * @param images {@code [H,W,3]} each; at most as many as the batch size
     * @param type of their values: {@link PixelType#FLOAT32}, or {@link #pixels()}
     * @return the probabilities by image and class
     */
    float[][] classify(List<? extends Pointer> images, PixelType type);

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
