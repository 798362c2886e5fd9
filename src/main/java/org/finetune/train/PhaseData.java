package org.finetune.train;

import java.util.List;
import org.finetune.train.features.ActivationCache;

/**
 * What a phase is trained and validated on.
 *
 * @param train activations of the training images
 * @param validation activations of the validation images
 * @param classes names of the classes, by label
 */
record PhaseData(ActivationCache train, ActivationCache validation, List<String> classes) {}
