package org.finetune.train;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.finetune.engine.TailState;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.SolvedHead;

/** Phase 1 by solving the head instead of training it. In the history it is one epoch, without a learning rate. */
final class HeadSolving implements PhaseTraining {
    private final HeadSettings settings;
    private final SolvingTask task;
    private final Target target;
    private final TrainableTail tail;
    private final PhaseData data;
    private final TailValidation validation;
    private final TailValidation training;
    private final TrainingListener listener;
    private final PhaseListener observer;
    private BestEpoch solved;
    private List<float[]> probabilities;

    /**
     * The tail that gets the solved head.
     *
     * @param batchSize most images that it takes
     * @param others makes another such tail, with the head of some weights that have nothing else
     */
    record Target(TrainableTail tail, int batchSize, Function<Weights, TrainableTail> others) {

        private void setHead(Weights head) {
            try (TrainableTail other = others.apply(head)) {
                tail.setParameters(other.parameters());
            }
        }

        private TailValidation validation(ActivationCache images, List<String> classes) {
            return new TailValidation(tail, images, batchSize, classes);
        }
    }

    /**
     * Prepares the phase.
     *
     * @param task solves the head
     */
    HeadSolving(
            HeadSettings settings,
            SolvingTask task,
            Target target,
            PhaseData data,
            TrainingListener listener,
            PhaseListener observer) {
        this.settings = settings;
        this.task = task;
        this.target = target;
        this.tail = target.tail();
        this.data = data;
        this.validation = target.validation(data.validation(), data.classes());
        this.training = target.validation(data.train(), data.classes());
        this.listener = listener;
        this.observer = observer;
    }

    @Override
    public void restore(PhaseProgress progress) {
        solved = progress.best()
                .orElseThrow(() -> new IllegalArgumentException("The head is trained in it, not solved"));
        finish(solved);
    }

    @Override
    public void finish(BestEpoch outcome) {
        outcome.requireFit(tail);
        tail.setParameters(outcome.parameters());
    }

    @Override
    public BestEpoch run() {
        if (solved == null) {
            solve();
        }
        return solved;
    }

    private void solve() {
        long start = System.nanoTime();
        SolvedHead head = task.run();
        target.setHead(weights(head));
        double seconds = (System.nanoTime() - start) / 1e9;
        ClassificationMetrics trained = training.run(() -> {}).figures();
        TailValidation.Result predicted = validation.run(() -> {});
        ClassificationMetrics validated = predicted.figures();
        probabilities = predicted.probabilities();
        solved = new BestEpoch(validated, head.loss(), tail.parameters(), 0);
        listener.info(String.format(
                Locale.ROOT,
                "%s: %s%s",
                Phase.HEAD.label(),
                description(head, seconds),
                validated.images() == 0
                        ? ""
                        : String.format(Locale.ROOT, ", validation accuracy %.1f%%", 100 * validated.top1())));
        EpochResult result = new EpochResult(
                Phase.HEAD, 1, 0, head.loss(), trained.top1(), validated.loss(), validated.top1(), seconds, false);
        observer.epochFinished(result, this::progress);
    }

    private String description(SolvedHead head, double seconds) {
        if (settings.allKnown()) {
            return "kept from the parent, which knows all classes";
        }
        return String.format(
                Locale.ROOT,
                "%s in %.1f s by %s, penalty %s",
                settings.known().labels().isEmpty() ? "solved" : "new classes solved",
                seconds,
                task.solver(),
                head.lambda());
    }

    private Weights weights(SolvedHead head) {
        Weights weights = new Weights();
        long[] shape = {head.kernel().length / settings.classes(), settings.classes()};
        weights.put(Architecture.PREDICTIONS, "kernel", new Tensor(head.kernel(), shape));
        weights.put(Architecture.PREDICTIONS, "bias", new Tensor(head.bias(), new long[] {settings.classes()}));
        return weights;
    }

    /** That after a single epoch. */
    private PhaseProgress progress() {
        TailState state = tail.state();
        return new PhaseProgress(2, 0, 0, new MetricsCollector(data.classes()).sums(), state, Optional.of(solved));
    }

    @Override
    public List<float[]> probabilities() {
        return probabilities == null ? validation.run(() -> {}).probabilities() : probabilities;
    }
}
