package org.finetune.train;

import org.finetune.metrics.ClassificationMetrics;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * What phase 1 has made: the head, all that it trains.
 *
 * @param validation figures of its best epoch on the validation images
 * @param kernel values of the softmax layer's kernel
 * @param bias values of its bias
 */
record HeadResult(ClassificationMetrics validation, float[] kernel, float[] bias) {

    static HeadResult of(PhaseOutcome outcome) {
        return new HeadResult(
                outcome.validation(), values(outcome.weights(), "kernel"), values(outcome.weights(), "bias"));
    }

    private static float[] values(Weights weights, String parameter) {
        return weights.get(Architecture.PREDICTIONS, parameter).values();
    }

    /**
     * The outcome, of which this is a part.
     *
     * @param initial the weights that phase 1 began with
     * @throws IllegalArgumentException if this is of another network
     */
    PhaseOutcome toOutcome(Weights initial) {
        Weights weights = initial.copy();
        put(weights, "kernel", kernel);
        put(weights, "bias", bias);
        return new PhaseOutcome(Phase.HEAD, validation, weights);
    }

    private static void put(Weights weights, String parameter, float[] values) {
        Tensor tensor = weights.get(Architecture.PREDICTIONS, parameter);
        if (tensor.values().length != values.length) {
            throw new IllegalArgumentException("The head has another " + parameter);
        }
        weights.put(Architecture.PREDICTIONS, parameter, new Tensor(values, tensor.shape()));
    }
}
