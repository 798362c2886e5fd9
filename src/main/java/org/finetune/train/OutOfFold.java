package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.finetune.data.Dataset;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FeatureDistance;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.MetricsCollector;
import org.finetune.train.features.ActivationCache.Sample;
import org.finetune.train.folds.FoldAssignment;

/**
 * What cross-validation has come to: of each photo what a model says that was not trained on it. By this the final model, which
 * is trained on all photos, is chosen, calibrated and judged.
 *
 * @param data the photos, all of which are validated with
 * @param samples those that can be used
 * @param assignment their folds
 * @param results what each fold has come to
 */
record OutOfFold(Dataset data, List<Sample> samples, FoldAssignment assignment, List<FoldResult> results) {

    OutOfFold {
        samples = List.copyOf(samples);
        results = List.copyOf(results);
    }

    /** The metrics of a fold with some probabilities of its photos. */
    ClassificationMetrics figures(int fold, List<float[]> probabilities) {
        MetricsCollector collector = new MetricsCollector(data.classes());
        int[] held = assignment.heldOut(fold);
        for (int i = 0; i < held.length; i++) {
            collector.add(probabilities.get(i), samples.get(held[i]).label());
        }
        return collector.metrics();
    }

    /** What the models say about all photos after a phase, in the order of the samples. */
    List<LabeledPrediction> predictions(Phase phase) {
        List<LabeledPrediction> predictions = new ArrayList<>(Collections.nCopies(samples.size(), null));
        for (int fold = 0; fold < results.size(); fold++) {
            int[] held = assignment.heldOut(fold);
            List<float[]> probabilities = results.get(fold).probabilities(phase);
            for (int i = 0; i < held.length; i++) {
                Sample sample = samples.get(held[i]);
                predictions.set(
                        held[i],
                        new LabeledPrediction(
                                data.train().get(sample.image()).photo().id(),
                                sample.sha256(),
                                sample.label(),
                                probabilities.get(i)));
            }
        }
        return predictions;
    }

    /** The metrics of all photos after a phase that the recipe has. */
    ClassificationMetrics figures(Phase phase) {
        return figures(predictions(phase));
    }

    private ClassificationMetrics figures(List<LabeledPrediction> predictions) {
        MetricsCollector collector = new MetricsCollector(data.classes());
        predictions.forEach(prediction -> collector.add(prediction.probabilities(), prediction.label()));
        return collector.metrics();
    }

    /** Which phase's model the final one is. */
    ModelChoice choice() {
        return ModelChoice.of(Phase.HEAD, figures(Phase.HEAD), Phase.FINE_TUNE, figures(Phase.FINE_TUNE));
    }

    /** A model that was trained on all photos, with what the folds' models say in place of what it says itself. */
    PhaseOutcome judged(PhaseOutcome trained) {
        return new PhaseOutcome(
                trained.phase(),
                figures(trained.phase()),
                trained.trainLoss(),
                predictions(trained.phase()),
                trained.weights());
    }

    /**
     * The distance from the photos of the final model, with the median of the folds' limits: none of the photos is new to it.
     *
     * @param unlimited the distance without a limit
     */
    FeatureDistance limited(FeatureDistance unlimited, Phase phase) {
        double[] limits = results.stream()
                .mapToDouble(result -> result.limit(phase))
                .sorted()
                .toArray();
        return new FeatureDistance(unlimited.means(), unlimited.scales(), limits[limits.length / 2]);
    }

    /**
     * The metrics of the folds.
     *
     * @param predictions the predictions of all photos, in the order of the samples
     */
    FoldStatistics statistics(List<LabeledPrediction> predictions) {
        return new FoldStatistics(IntStream.range(0, assignment.count())
                .mapToObj(fold -> figures(Arrays.stream(assignment.heldOut(fold))
                        .mapToObj(predictions::get)
                        .toList()))
                .toList());
    }

    /** An epoch of the final model with the validation metrics that the folds' models had in theirs, over all photos. */
    EpochResult validated(EpochResult epoch) {
        double images = 0;
        double loss = 0;
        double hits = 0;
        for (int fold = 0; fold < results.size(); fold++) {
            int held = assignment.heldOut(fold).length;
            for (EpochResult other : results.get(fold).history()) {
                if (other.phase().equals(epoch.phase()) && other.epoch() == epoch.epoch()) {
                    images += held;
                    loss += held * other.valLoss();
                    hits += held * other.valTop1();
                }
            }
        }
        return images == 0
                ? epoch
                : new EpochResult(
                        epoch.phase(),
                        epoch.epoch(),
                        epoch.learningRate(),
                        epoch.trainLoss(),
                        epoch.trainTop1(),
                        loss / images,
                        hits / images,
                        epoch.seconds(),
                        epoch.best());
    }

    /** Notifies a listener of the final model's epochs with the validation metrics of the folds. */
    TrainingListener over(TrainingListener listener) {
        return new ForwardingListener(listener) {
            @Override
            public void epochFinished(EpochResult result, int epochs) {
                super.epochFinished(validated(result), epochs);
            }
        };
    }

    /** Has a record keep the final model's epochs with the validation metrics of the folds. */
    PhaseRecord over(PhaseRecord record) {
        return new PhaseRecord() {
            @Override
            public PhaseListener listener(Phase phase) {
                PhaseListener listener = record.listener(phase);
                return new PhaseListener() {
                    @Override
                    public void epochFinished(EpochResult result, Supplier<PhaseProgress> progress) {
                        listener.epochFinished(validated(result), progress);
                    }

                    @Override
                    public void stepFinished(Supplier<PhaseProgress> progress) {
                        listener.stepFinished(progress);
                    }
                };
            }

            @Override
            public BestEpoch train(Phase phase, PhaseTraining training) {
                return record.train(phase, training);
            }

            @Override
            public int restarts() {
                return record.restarts();
            }

            @Override
            public void restart(Phase stage) {
                record.restart(stage);
            }
        };
    }
}
