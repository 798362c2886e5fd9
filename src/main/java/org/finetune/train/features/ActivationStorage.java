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

    /** Hears that a cache made by {@link #open} was filled, or repaired. */
    void complete(ActivationCache cache, PhotoSet photos);
}
