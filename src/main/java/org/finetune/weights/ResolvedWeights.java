package org.finetune.weights;

import java.nio.file.Path;
import org.finetune.model.Weights;

/**
 * Weights to begin with and where they come from.
 *
 * @param weights the parameters of the base, and of a head if the file has one
 * @param origin what they are, in words, with the path of the file
 * @param file the file they were read from
 * @param sha256 SHA-256 of the file in lower-case hexadecimal
 * @param warning one sentence that the user must see, or "" if there is none
 */
public record ResolvedWeights(Weights weights, String origin, Path file, String sha256, String warning) {}
