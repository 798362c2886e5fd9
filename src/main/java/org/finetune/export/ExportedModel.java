package org.finetune.export;

import org.finetune.model.Tensor;

/** A network that was read from an exported file. */
@FunctionalInterface
public interface ExportedModel {

    /**
     * Classifies images.
     *
     * @param pixels {@code [N,H,W,3]}, RGB, scaled to [-1, 1]
     * @return the probabilities by image and class
     */
    float[][] classify(Tensor pixels);
}
