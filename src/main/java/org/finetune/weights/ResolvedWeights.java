package org.finetune.weights;

import java.nio.file.Path;
import org.finetune.model.Weights;

public record ResolvedWeights(Weights weights, String origin, Path file, String sha256, String warning) {}
