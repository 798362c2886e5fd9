package org.finetune.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.quality.DataReport;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.GraphWeights;
import org.finetune.model.KerasLayer;
import org.finetune.model.TransferGraph;
import org.finetune.model.Weights;
import org.finetune.run.Interruption;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.features.FeatureTimes;

/**
 * The two-phase recipe on one data set: run the frozen part once for every image, train the head, then the last layers
 * with it.
 */
final class Recipe implements AutoCloseable {
    private final RunContext run;
    private final FreezeBoundary headOnly;
    private final FreezeBoundary fineTuned;
    private final FeatureExtraction extraction;
    private FeatureCaches features;

    Recipe(RunContext run) {
        this.run = run;
        this.headOnly = new FreezeBoundary(run.architecture(), 0);
        this.fineTuned = new FreezeBoundary(run.architecture(), run.settings().unfreeze());
        this.extraction = new FeatureExtraction(run);
    }

    /** Whether the settings ask for phase 2. */
    boolean hasFineTuning() {
        return run.settings().hasFineTuning();
    }

    /**
     * Runs the frozen part over all images, except those whose activations an earlier run has kept.
     *
     * @param weightsSha256 SHA-256 of the file with the pretrained weights
     * @param interruption ends it between two batches
     * @return the images that cannot be used, those included that were found to be bad before
     */
    List<BadPhoto> fillCaches(ComputationGraph graph, String weightsSha256, Interruption interruption) {
        features = extraction.run(graph, weightsSha256, interruption);
        return Stream.concat(run.data().bad().stream(), features.bad().stream()).toList();
    }

    /**
     * Checks the images for duplicates, classes of different size and the like.
     *
     * @param bad all files that cannot be used
     */
    DataReport checkData(List<BadPhoto> bad) {
        return new TrainingDataCheck(run.settings(), run.data(), features).report(bad);
    }

    /**
     * Checks that what could be decoded suffices to train.
     *
     * @param bad all files that cannot be used
     * @throws FinetuneException with {@link ExitCode#DATA} if they are too many, a class has no training image, or
     *     nothing can be validated
     */
    void requireImages(List<BadPhoto> bad) {
        new BadPhotoPolicy(run.settings().strict(), run.settings().maxBadFraction())
                .check(
                        bad,
                        run.data().bad().size()
                                + run.data().train().size()
                                + run.data().validation().size());
        for (int label = 0; label < run.data().classes().size(); label++) {
            int wanted = label;
            if (features.train().samples().stream().noneMatch(sample -> sample.label() == wanted)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "None of the training images of the class '"
                                + run.data().classes().get(label) + "' can be used; add images or remove its folder.");
            }
        }
        if (features.validation().samples().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA, "There are no validation images that can be used; add images or raise --val-split.");
        }
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

    /**
     * Phase 1: trains the head, or takes it from a run that was past that.
     *
     * @param graph the network, which has the trained head afterwards
     */
    PhaseOutcome trainHead(ComputationGraph graph, RunProgress progress) {
        announceClassWeights();
        PhaseOutcome head = train(graph, headOnly, PhaseSettings.of(run.settings(), Phase.HEAD), progress);
        GraphWeights.write(head.weights(), graph, network());
        return head;
    }

    /**
     * Phase 2: trains the last layers with the head.
     *
     * @param graph the network after phase 1
     */
    PhaseOutcome fineTune(ComputationGraph graph, RunProgress progress) {
        PhaseSettings phase = PhaseSettings.of(run.settings(), Phase.FINE_TUNE);
        return train(TransferGraph.refrozen(graph, fineTuned, phase.learningRate()), fineTuned, phase, progress);
    }

    private PhaseOutcome train(
            ComputationGraph graph, FreezeBoundary boundary, PhaseSettings phase, RunProgress progress) {
        try (TrainableTail tail = run.engine().tail(graph, boundary, tailSettings(phase))) {
            PhaseTrainer trainer = new PhaseTrainer(
                    phase,
                    tail,
                    features.train(),
                    features.validation(),
                    run.data().classes(),
                    run.listener(),
                    progress.listener(phase.phase()));
            BestEpoch best = progress.train(phase.phase(), trainer);
            Weights weights = GraphWeights.read(graph, network());
            tail.writeTo(weights);
            return new PhaseOutcome(phase.phase(), best.validation(), predictions(trainer.probabilities()), weights);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw TrainingMemory.explained(e, phase, trainImages());
        }
    }

    /**
     * Tests learning rates on a phase.
     *
     * @param graph the network at its beginning
     */
    void testRates(ComputationGraph graph, RangeTestRun.Test test, Interruption interruption) {
        boolean head = test.phase() == Phase.HEAD;
        PhaseSettings phase = PhaseSettings.of(run.settings(), test.phase());
        FreezeBoundary boundary = head ? headOnly : fineTuned;
        ComputationGraph network = head ? graph : TransferGraph.refrozen(graph, boundary, phase.learningRate());
        try (TrainableTail tail = run.engine().tail(network, boundary, tailSettings(phase))) {
            new RangeTest(phase, tail, features.train(), run.listener(), interruption)
                    .run(test.rates(), test.listener());
        }
    }

    private List<KerasLayer> network() {
        return run.architecture().network(run.data().classes().size());
    }

    /** SHA-256 of the contents of the training images, then of the validation images; "" for what could not be read. */
    List<String> imageHashes() {
        return features.hashes();
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
                run.settings().dropout(),
                run.settings().labelSmoothing(),
                classWeights());
    }

    private List<Double> classWeights() {
        return switch (run.settings().classWeights()) {
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

    /** Where the time of filling the caches went, if this run has filled them. */
    FeatureTimes featureTimes() {
        return extraction.times();
    }

    @Override
    public void close() {
        run.shared().finished(run.settings());
    }
}
