package org.finetune.train;

import java.util.List;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsCollector;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.finetune.train.head.TemperatureScaling;

/**
 * What a phase has made.
 *
 * @param validation metrics of the epoch that is kept on the validation images
 * @param trainLoss mean training loss of that epoch, as it was minimized
 * @param predictions what that epoch's network says about each of the validation images
 * @param weights parameters of the whole network in that epoch
 */
record PhaseOutcome(
        Phase phase,
        ClassificationMetrics validation,
        double trainLoss,
        List<LabeledPrediction> predictions,
        Weights weights) {

    /** The temperature of least log-loss on the validation images. */
    TemperatureScaling temperature() {
        return TemperatureScaling.fit(
                predictions.stream().map(LabeledPrediction::probabilities).toList(),
                predictions.stream().mapToInt(LabeledPrediction::label).toArray());
    }

    /** The same with a temperature in the softmax layer. */
    PhaseOutcome with(TemperatureScaling scaling) {
        if (scaling.temperature() == 1) {
            return this;
        }
        Weights head = new Weights();
        for (String parameter : List.of("kernel", "bias")) {
            Tensor tensor = weights.get(Architecture.PREDICTIONS, parameter);
            head.put(Architecture.PREDICTIONS, parameter, new Tensor(scaling.fold(tensor.values()), tensor.shape()));
        }
        List<String> classes =
                validation.classes().stream().map(ClassMetrics::name).toList();
        MetricsCollector figures = new MetricsCollector(classes);
        List<LabeledPrediction> scaled = predictions.stream()
                .map(prediction -> new LabeledPrediction(
                        prediction.photo(),
                        prediction.sha256(),
                        prediction.label(),
                        scaling.scale(prediction.probabilities())))
                .toList();
        scaled.forEach(
                prediction -> figures.add(new float[][] {prediction.probabilities()}, new int[] {prediction.label()}));
        return new PhaseOutcome(phase, figures.metrics(), trainLoss, scaled, weights.with(head));
    }
}
