package org.finetune.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.settings.LearningRates;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.FeatureRows;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.KnownClasses;

/** The two-phase recipe, from kept activations: train the head, then the last layers with it. */
final class Recipe {
    private final RunContext run;
    private final FeatureCaches features;
    private final int[] groups;

    /**
     * Prepares the phases.
     *
     * @param features the activations of all photos that can be used
     * @param groups a number for each training photo, which those that belong together have in common
     */
    Recipe(RunContext run, FeatureCaches features, int[] groups) {
        this.run = run;
        this.features = features;
        this.groups = groups;
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
        HeadPlan plan = run.network().plan().head();
        return plan.method() == HeadMethod.LBFGS
                ? solve(plan, record)
                : train(plan.training(), plan.boundary(), run.network().initial(), LossLimit.NONE, record);
    }

    private PhaseOutcome solve(HeadPlan plan, PhaseRecord record) {
        Weights initial = run.network().initial();
        Architecture architecture = run.network().architecture();
        HeadSettings settings = new HeadSettings(
                run.data().classes().size(),
                run.settings().get(Setting.LABEL_SMOOTHING),
                classWeights(),
                run.settings().get(Setting.SEED),
                run.settings().threadCount(),
                TrainingMemory.forActivations(),
                plan.keepsKnown() ? known() : KnownClasses.NONE);
        FeatureRows rows = new HeadFeatures(features.train(), architecture.features(), groups, run::check);
        HeadSolver solver = plan.solver(settings, rows.count());
        try (TrainableTail tail = tail(plan.training(), plan.boundary(), initial)) {
            HeadSolving.Target target = new HeadSolving.Target(
                    tail,
                    plan.training().batchSize(),
                    head -> tail(plan.training(), plan.boundary(), initial.with(head)));
            HeadSolving solving = new HeadSolving(
                    settings,
                    new SolvingTask(solver, rows, features.train().views(), run.listener(), run::check),
                    target,
                    data(),
                    run.listener(),
                    record.listener(Phase.HEAD));
            return outcome(Phase.HEAD, initial, tail, solving, record);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw TrainingMemory.explained(e, plan.training(), trainImages());
        }
    }

    private KnownClasses known() {
        Weights initial = run.network().initial();
        return new KnownClasses(
                run.network().known(),
                initial.get(Architecture.PREDICTIONS, "kernel").values(),
                initial.get(Architecture.PREDICTIONS, "bias").values());
    }

    /**
     * A stage of phase 2: trains the last layers with the head. If the loss jumps it begins anew at half the rate.
     *
     * @param before what it begins with
     * @throws DivergedException if something is no finite number even at the lowest rate
     */
    PhaseOutcome fineTune(FineTuningPlan stage, PhaseOutcome before, PhaseRecord record) {
        while (true) {
            // At the lowest rate it may go as it will, as long as there are metrics to choose the model by.
            LossLimit limit =
                    record.restarts() < stage.mostRestarts() ? LossLimit.after(before.trainLoss()) : LossLimit.NONE;
            PhaseSettings training = stage.training().halved(record.restarts());
            try {
                return train(training, stage.boundary(), before.weights(), limit, record);
            } catch (DivergedException e) {
                if (record.restarts() >= stage.mostRestarts()) {
                    throw e;
                }
                record.restart(training.phase());
                run.listener()
                        .info(training.phase().label()
                                + ": the loss jumped; starting again with a peak learning rate of "
                                + LearningRates.text(training.learningRate().peak() / 2));
            }
        }
    }

    private PhaseOutcome train(
            PhaseSettings settings, FreezeBoundary boundary, Weights initial, LossLimit limit, PhaseRecord record) {
        try (TrainableTail tail = tail(settings, boundary, initial)) {
            PhaseTrainer trainer =
                    new PhaseTrainer(settings, tail, data(), limit, run.listener(), record.listener(settings.phase()));
            return outcome(settings.phase(), initial, tail, trainer, record);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw TrainingMemory.explained(e, settings, trainImages());
        }
    }

    private PhaseOutcome outcome(
            Phase phase, Weights initial, TrainableTail tail, PhaseTraining training, PhaseRecord record) {
        BestEpoch kept = record.train(phase, training);
        Weights weights = initial.copy();
        tail.writeTo(weights);
        return new PhaseOutcome(
                phase, kept.validation(), kept.trainLoss(), predictions(training.probabilities()), weights);
    }

    /**
     * Times a stage of phase 2, on a network that is thrown away.
     *
     * @param before what it would begin with
     * @param most seconds that steps, and then validation, may take
     */
    StageCost cost(FineTuningPlan stage, PhaseOutcome before, double most) {
        long start = System.nanoTime();
        try (TrainableTail tail = tail(stage.training(), stage.boundary(), before.weights())) {
            double setup = (System.nanoTime() - start) / 1e9;
            return new StepTimer(stage.training(), tail, data(), run.interruption()::check).cost(setup, most);
        } catch (RuntimeException | OutOfMemoryError e) {
            throw TrainingMemory.explained(e, stage.training(), trainImages());
        }
    }

    private PhaseData data() {
        return new PhaseData(features.train(), features.validation(), run.data().classes());
    }

    /**
     * Tests learning rates on a phase; of phase 2 on its first stage.
     *
     * @param initial parameters of the network at its beginning
     */
    void testRates(RangeTestRun.Test test, Weights initial) {
        RecipePlan plan = run.network().plan();
        boolean head = test.phase().isHead();
        PhaseSettings settings =
                head ? plan.head().training() : plan.fineTuning().get(0).training();
        FreezeBoundary boundary =
                head ? plan.head().boundary() : plan.fineTuning().get(0).boundary();
        try (TrainableTail tail = tail(settings, boundary, initial)) {
            new RangeTest(settings, tail, features.train(), run.listener(), run.interruption())
                    .run(test.rates(), test.listener());
        }
    }

    private TrainableTail tail(PhaseSettings phase, FreezeBoundary boundary, Weights initial) {
        return run.network().engine().tail(initial, boundary, tailSettings(phase));
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
                phase.learningRate().peak(),
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

    /** Number of training photos that could be used. */
    int trainImages() {
        return features.train().samples().size();
    }
}
