package org.finetune.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.Weights;
import org.finetune.settings.Setting;
import org.finetune.train.features.ActivationCache;

/** The two-phase recipe, from kept activations: train the head, then the last layers with it. */
final class Recipe {
    private final RunContext run;
    private final FeatureCaches features;

    /**
     * Prepares the phases.
     *
     * @param features the activations of all images that can be used
     */
    Recipe(RunContext run, FeatureCaches features) {
        this.run = run;
        this.features = features;
    }

    /** Tells the user by what the examples of each class are multiplied, if they do not count the same. */
    private void announceClassWeights() {
        List<Double> weights = classWeights();
        if (!weights.isEmpty()) {
            run.listener()
                    .info("Class weights: "
                            + IntStream.range(0, weights.size())
                                    .mapToObj(label -> String.format(
                                            Locale.ROOT,
                                            "%s %.3f",
                                            run.data().classes().get(label),
                                            weights.get(label)))
                                    .collect(Collectors.joining(", ")));
        }
    }

    /** Phase 1: trains the head, or takes it from a run that was past that. */
    PhaseOutcome trainHead(PhaseRecord record) {
        announceClassWeights();
        return train(Phase.HEAD, run.network().initial(), record);
    }

    /**
     * Phase 2: trains the last layers with the head.
     *
     * @param head phase 1
     */
    PhaseOutcome fineTune(PhaseOutcome head, PhaseRecord record) {
        return train(Phase.FINE_TUNE, head.weights(), record);
    }

    private PhaseOutcome train(Phase phase, Weights initial, PhaseRecord record) {
        PhaseSettings settings = PhaseSettings.of(run.settings(), phase);
        try (TrainableTail tail = tail(settings, initial)) {
            PhaseTrainer trainer = new PhaseTrainer(
                    settings,
                    tail,
                    new PhaseData(
                            features.train(), features.validation(), run.data().classes()),
                    run.listener(),
                    record.listener(phase));
            BestEpoch best = record.train(phase, trainer);
            Weights weights = initial.copy();
            tail.writeTo(weights);
            return new PhaseOutcome(phase, best.validation(), predictions(trainer.probabilities()), weights);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw TrainingMemory.explained(e, settings, trainImages());
        }
    }

    /**
     * Tests learning rates on a phase.
     *
     * @param initial parameters of the network at its beginning
     */
    void testRates(RangeTestRun.Test test, Weights initial) {
        PhaseSettings settings = PhaseSettings.of(run.settings(), test.phase());
        try (TrainableTail tail = tail(settings, initial)) {
            new RangeTest(settings, tail, features.train(), run.listener(), run.interruption())
                    .run(test.rates(), test.listener());
        }
    }

    private TrainableTail tail(PhaseSettings phase, Weights initial) {
        RunNetwork network = run.network();
        return network.engine().tail(initial, network.schedule().boundary(phase.phase()), tailSettings(phase));
    }

    private List<LabeledPrediction> predictions(List<float[]> probabilities) {
        List<ActivationCache.Sample> samples = features.validation().samples();
        return IntStream.range(0, samples.size())
                .mapToObj(i -> new LabeledPrediction(
                        run.data()
                                .validation()
                                .get(samples.get(i).image())
                                .photo()
                                .id(),
                        samples.get(i).sha256(),
                        samples.get(i).label(),
                        probabilities.get(i)))
                .toList();
    }

    private TailSettings tailSettings(PhaseSettings phase) {
        return new TailSettings(
                phase.batchSize(),
                phase.learningRate(),
                run.settings().get(Setting.DROPOUT),
                run.settings().get(Setting.LABEL_SMOOTHING),
                classWeights());
    }

    private List<Double> classWeights() {
        return switch (run.settings().get(Setting.CLASS_WEIGHTS)) {
            case NONE -> List.of();
            case AUTO -> ClassWeights.balanced(
                    features.train().samples().stream()
                            .map(ActivationCache.Sample::label)
                            .toList(),
                    run.data().classes().size());
        };
    }

    /** Number of training images that could be used. */
    int trainImages() {
        return features.train().samples().size();
    }
}
