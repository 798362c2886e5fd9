package org.finetune.train;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.finetune.engine.Activations;
import org.finetune.engine.Probabilities;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.settings.LearningRates;

/** Trains a tail from cached activations, epoch by epoch, and keeps the parameters of the last epoch or of the best. */
final class PhaseTrainer implements PhaseTraining {
    private final PhaseSettings settings;
    private final TrainableTail tail;
    private final PhaseData data;
    private final TailValidation validation;
    private final LossLimit limit;
    private final TrainingListener listener;
    private final PhaseListener observer;

    private int epoch = 1;
    /** Images of the epoch that were trained on, and their figures. */
    private int seen;

    private double lossSum;
    private MetricsCollector collector;
    private BestEpoch best;
    /** What {@link #best} made of the validation images; null if it was not this trainer's own epoch. */
    private List<float[]> bestProbabilities;

    /**
     * Prepares the phase.
     *
     * @param limit the training loss above which it has failed
     */
    PhaseTrainer(
            PhaseSettings settings,
            TrainableTail tail,
            PhaseData data,
            LossLimit limit,
            TrainingListener listener,
            PhaseListener observer) {
        this.settings = settings;
        this.tail = tail;
        this.data = data;
        this.validation = new TailValidation(tail, data.validation(), settings.batchSize(), data.classes());
        this.limit = limit;
        this.listener = listener;
        this.observer = observer;
        this.collector = new MetricsCollector(data.classes());
    }

    @Override
    public void restore(PhaseProgress progress) {
        boolean inside = progress.epoch() >= 1
                && progress.images() >= 0
                && progress.images() <= images()
                && (progress.images() == images() || progress.images() % settings.batchSize() == 0);
        if (!inside) {
            throw new IllegalArgumentException("No place in the phase: epoch " + progress.epoch() + ", "
                    + progress.images() + " of " + images() + " photos");
        }
        progress.best().ifPresent(before -> before.requireFit(tail));
        collector = new MetricsCollector(data.classes(), progress.sums());
        tail.setState(progress.tail());
        epoch = progress.epoch();
        seen = progress.images();
        lossSum = progress.lossSum();
        best = progress.best().orElse(null);
    }

    @Override
    public void finish(BestEpoch outcome) {
        outcome.requireFit(tail);
        tail.setParameters(outcome.parameters());
    }

    private PhaseProgress progress() {
        return new PhaseProgress(epoch, seen, lossSum, collector.sums(), tail.state(), Optional.ofNullable(best));
    }

    /**
     * Trains until the last epoch or until patience is at an end.
     *
     * @throws DivergedException if the loss jumps, or it or a parameter is no longer a finite number
     */
    @Override
    public BestEpoch run() {
        if (settings.epochs() == 0) {
            TailValidation.Result untrained = validate();
            bestProbabilities = untrained.probabilities();
            return new BestEpoch(untrained.figures(), untrained.figures().loss(), tail.parameters(), 0);
        }
        if (!isOver()) {
            listener.taskStarted(settings.phase().label(), total() - done());
            long before = done();
            try {
                while (!isOver()) {
                    trainEpoch(before);
                }
            } catch (TimeUpException e) {
                if (best == null) {
                    throw e;
                }
                listener.info(String.format(
                        "%s: stopped in epoch %d of %d because the time limit is near",
                        settings.phase().label(), epoch, settings.epochs()));
            }
            listener.taskFinished();
        }
        tail.setParameters(best.parameters());
        return best;
    }

    private boolean isOver() {
        return epoch > settings.epochs() || patienceEnded();
    }

    private boolean patienceEnded() {
        return settings.patience() > 0 && best != null && best.epochsSince() >= settings.patience();
    }

    private int images() {
        return data.train().samples().size();
    }

    private long total() {
        return (long) settings.epochs() * images();
    }

    private long done() {
        return (long) (epoch - 1) * images() + seen;
    }

    /**
     * Trains and validates one epoch, or what is left of it.
     *
     * @param before images that were trained on before this run of the phase
     */
    private void trainEpoch(long before) {
        long start = System.nanoTime();
        ClassificationMetrics trained = train(before);
        TailValidation.Result predicted = validate();
        ClassificationMetrics validated = predicted.figures();
        String place = "after step " + step(seen);
        requireFinite(validated.loss(), "validation loss", place);
        float[] parameters = tail.parameters();
        for (float parameter : parameters) {
            requireFinite(parameter, "value of a parameter", place);
        }
        boolean better = best == null || best.isWorseThan(validated);
        if (better || settings.patience() == 0) {
            best = new BestEpoch(validated, trained.loss(), parameters, 0);
            bestProbabilities = predicted.probabilities();
        } else {
            best = new BestEpoch(best.validation(), best.trainLoss(), best.parameters(), best.epochsSince() + 1);
        }
        EpochResult result = new EpochResult(
                settings.phase(),
                epoch,
                rate(seen - 1),
                trained.loss(),
                trained.top1(),
                validated.loss(),
                validated.top1(),
                (System.nanoTime() - start) / 1e9,
                better && settings.patience() > 0);
        epoch++;
        seen = 0;
        lossSum = 0;
        collector = new MetricsCollector(data.classes());
        listener.epochFinished(result, settings.epochs());
        if (patienceEnded()) {
            listener.info(settings.phase().label() + ": stopped after epoch " + result.epoch() + " because "
                    + best.epochsSince() + " epochs in a row did not improve validation accuracy");
        }
        observer.epochFinished(result, this::progress);
    }

    private ClassificationMetrics train(long before) {
        EpochOrder order = new EpochOrder(
                settings.seed(), settings.phase(), epoch, images(), data.train().views());
        Activations activations = data.train().of(tail.inputLayer());
        int read = order.hasPools() ? seen : images();
        while (seen < images()) {
            int end = Math.min(images(), seen + settings.batchSize());
            for (; read < end; read = order.poolEnd(read)) {
                int[] pool = Arrays.copyOfRange(order.records(), read, order.poolEnd(read));
                data.train().readAhead(tail.inputLayer(), tail.unread(activations, pool));
            }
            int[] records = Arrays.copyOfRange(order.records(), seen, end);
            int[] labels = data.train().labels(records);
            tail.load(activations, records);
            tail.setLearningRate(rate(seen));
            double loss = tail.fit(records.length, labels, order.maskSeed(step(seen)));
            seen += records.length;
            requireFinite(loss, "loss", "step " + step(seen));
            lossSum += loss * records.length;
            collector.add(Probabilities.byImage(tail.probabilities()), labels);
            if (limit.exceeded(lossSum / seen, step(seen), seen == images())) {
                throw diverged("mean training loss", lossSum / seen, "after step " + step(seen));
            }
            listener.taskProgress(done() - before, detail());
            observer.stepFinished(this::progress);
        }
        ClassificationMetrics figures = collector.metrics();
        // The loss that was minimized, with label smoothing, rather than the collector's without.
        return new ClassificationMetrics(
                seen,
                lossSum / seen,
                figures.top1(),
                figures.top5(),
                figures.macroF1(),
                figures.classes(),
                figures.confusion());
    }

    /** The figures of the epoch as they are now. */
    private Supplier<String> detail() {
        int number = epoch;
        double meanLoss = lossSum / seen;
        double percent = 100.0 * collector.hits() / seen;
        return () -> String.format(
                Locale.ROOT, "epoch %d/%d, loss %.3f, accuracy %.1f%%", number, settings.epochs(), meanLoss, percent);
    }

    /** Number of steps that a number of images of an epoch takes. */
    private int step(int images) {
        return (images + settings.batchSize() - 1) / settings.batchSize();
    }

    private TailValidation.Result validate() {
        return validation.run(() -> observer.stepFinished(this::progress));
    }

    /** The learning rate of the step that begins with an image of the epoch, or has it. */
    private double rate(int image) {
        long steps = step(images());
        return settings.learningRate()
                .at((epoch - 1) * steps + image / settings.batchSize(), settings.epochs() * steps);
    }

    private void requireFinite(double value, String what, String place) {
        if (!Double.isFinite(value)) {
            throw diverged(what, value, place);
        }
    }

    private DivergedException diverged(String what, double value, String place) {
        return new DivergedException("The training diverged: the " + what + " became " + value + " in phase "
                + settings.phase().label() + ", epoch " + epoch + ", " + place + ", at a learning rate of "
                + LearningRates.text(settings.learningRate().peak()) + "; choose a lower "
                + (settings.phase().isHead() ? "--head-lr" : "--lr") + ".");
    }

    @Override
    public List<float[]> probabilities() {
        return bestProbabilities == null ? validation.run(() -> {}).probabilities() : bestProbabilities;
    }
}
