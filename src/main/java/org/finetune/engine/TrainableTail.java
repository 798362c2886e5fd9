package org.finetune.engine;

import org.finetune.model.Weights;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of the network above a cut: what is trained, and the frozen layers between. Not thread-safe. */
public interface TrainableTail extends AutoCloseable {

    /** Name of the layer whose activations are the input. */
    String inputLayer();

    /** The activations to work on, {@code [batchSize,H,W,C]} float32 in C order, for the caller to fill. */
    INDArray input();

    /**
     * Takes records for the first rows of the input, in place of those in {@link #input} until that is asked for again.
     *
     * @param activations of the input layer; an engine may keep what it has read of them
     * @param records as many as the next step or prediction has images
     */
    default void load(Activations activations, int[] records) {
        activations.read(records, input());
    }

    /**
     * The records of some that {@link #load} would read, since the engine has not kept them.
     *
     * @param activations of the input layer
     */
    default int[] unread(Activations activations, int[] records) {
        return records;
    }

    /** Changes Adam's learning rate from the next step on; the settings give the first. Adam's moments stay. */
    void setLearningRate(double learningRate);

    /**
     * One Adam step on the first {@code images} rows of the input.
     *
     * @param images number of examples, from 1 to the batch size
     * @param labels class of each example
     * @param seed seed of the dropout mask
     * @return mean over the examples of their cross-entropy times the weight of their class, before the step
     */
    double fit(int images, int[] labels, long seed);

    /**
     * Computes the probabilities of the first {@code images} rows of the input, without dropout.
     *
     * @return {@code [images,classes]}; the same array as {@link #probabilities}
     */
    INDArray predict(int images);

    /**
     * Computes the pooled features of the first {@code images} rows of the input, which the head is given.
     *
     * @return {@code [images,C]} float32, row by row
     */
    float[] features(int images);

    /** Probabilities {@code [images,classes]} that the last {@link #fit} (under dropout) or {@link #predict} saw. */
    INDArray probabilities();

    /** A copy of the trained parameters. */
    float[] parameters();

    /** Replaces the trained parameters by a copy taken before. */
    void setParameters(float[] parameters);

    /** A copy of the trained parameters and of Adam's moments and step. */
    TailState state();

    /**
     * Goes on from a state that a tail of the same kind was in.
     *
     * @throws IllegalArgumentException if it is that of another network
     */
    void setState(TailState state);

    /** Writes the trained parameters into the network's weights. */
    void writeTo(Weights weights);

    @Override
    void close();
}
