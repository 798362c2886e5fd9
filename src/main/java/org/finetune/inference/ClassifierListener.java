package org.finetune.inference;

/** Is notified of what a {@link PhotoClassifier} does, on the threads that do it. */
public interface ClassifierListener {
    /** Does nothing. */
    ClassifierListener NONE = new ClassifierListener() {};

    /**
     * An image was decoded.
     *
     * @param nanos how long it took
     */
    default void decoded(long nanos) {}

    /**
     * A batch was classified.
     *
     * @param images number of images in it
     * @param nanos how long it took
     */
    default void classified(int images, long nanos) {}
}
