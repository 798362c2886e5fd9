package org.finetune.train.features;

/** Where a run keeps activations. */
public interface ActivationStorage {

    /**
     * The activations of some images as far as earlier runs have left them: all, the first of them or none; some may be
     * {@link ActivationCache#damaged damaged}. The caller adds and repairs what is missing and closes the cache.
     *
     * @throws org.finetune.FinetuneException if there is no place for it
     */
    ActivationCache open(PhotoSet photos);

    /**
     * What there is of the images of a cache made by {@link #open} among the activations of other images. It is the same to
     * the last bit only if an image's activations do not depend on its place in a batch.
     */
    default KeptImages kept(PhotoSet photos) {
        return KeptImages.NONE;
    }

    /** Hears that a cache made by {@link #open} was filled, or repaired. */
    void complete(ActivationCache cache, PhotoSet photos);
}
