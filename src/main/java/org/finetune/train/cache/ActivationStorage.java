package org.finetune.train.cache;

import java.util.Optional;

/** Where a run keeps activations. */
public interface ActivationStorage {

    /** The activations of some images, if an earlier run has left them. The caller closes the cache. */
    Optional<ActivationCache> find(ImageSet images);

    /**
     * A cache to be filled with some images. The caller closes it.
     *
     * @throws org.finetune.FinetuneException if there is no place for it
     */
    ActivationCache create(ImageSet images);

    /** Hears that a cache made by {@link #create} is filled. */
    void complete(ActivationCache cache, ImageSet images);
}
