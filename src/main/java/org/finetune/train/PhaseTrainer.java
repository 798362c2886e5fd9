package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.compute.TrainableTail;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsCollector;
import org.finetune.train.cache.ActivationCache;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Trains a tail from cached activations, epoch by epoch, and keeps the parameters of the best one. */
final class PhaseTrainer {
    private final PhaseSettings settings;
    private final TrainableTail tail;
    private final ActivationCache train;
    private final ActivationCache validation;
    private final List<String> classes;
    private final TrainingListener listener;

    PhaseTrainer(
            PhaseSettings settings,
            TrainableTail tail,
            ActivationCache train,
            ActivationCache validation,
            List<String> classes,
            TrainingListener listener) {
        this.settings = settings;
        this.tail = tail;
        this.train = train;
        this.validation = validation;
        this.classes = classes;
        this.listener = listener;
    }

    /**
     * Trains until the last epoch or until patience is at an end. Afterwards the tail has the best epoch's parameters.
     *
     * @param history hears of each epoch
     * @return the validation figures of the best epoch
     * @throws FinetuneException with {@link ExitCode#DIVERGED} if the loss is no longer a finite number
     */
    ClassificationMetrics run(Consumer<EpochResult> history) {
        if (settings.epochs() == 0) {
            return validate();
        }
        ClassificationMetrics best = null;
        float[] bestParameters = null;
        int sinceBest = 0;
        listener.stageStarted(
                settings.phase().label(),
                (long) settings.epochs() * train.samples().size());
        for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
            long start = System.nanoTime();
            ClassificationMetrics trained = trainEpoch(epoch);
            ClassificationMetrics validated = validate();
            boolean better = best == null || validated.loss() < best.loss();
            if (better) {
                best = validated;
                bestParameters = tail.parameters();
                sinceBest = 0;
            } else {
                sinceBest++;
            }
            EpochResult result = new EpochResult(
                    settings.phase(),
                    epoch,
                    trained.loss(),
                    trained.top1(),
                    validated.loss(),
                    validated.top1(),
                    (System.nanoTime() - start) / 1e9,
                    better);
            history.accept(result);
            listener.epochFinished(result, settings.epochs());
            if (settings.patience() > 0 && sinceBest >= settings.patience()) {
                listener.info(settings.phase().label() + ": stopped after epoch " + epoch + ", since " + sinceBest
                        + " epochs in a row brought no better validation loss");
                break;
            }
        }
        listener.stageFinished();
        tail.setParameters(bestParameters);
        return best;
    }

    private ClassificationMetrics trainEpoch(int epoch) {
        int images = train.samples().size();
        EpochOrder order = new EpochOrder(settings.seed(), settings.phase(), epoch, images, train.views());
        MetricsCollector collector = new MetricsCollector(classes);
        double lossSum = 0;
        int step = 0;
        for (int from = 0; from < images; from += settings.batchSize()) {
            int[] records = Arrays.copyOfRange(order.records(), from, Math.min(images, from + settings.batchSize()));
            int[] labels = labels(train, records);
            train.read(tail.inputLayer(), records, tail.input());
            double loss = tail.fit(records.length, labels, order.maskSeed(step));
            step++;
            if (!Double.isFinite(loss)) {
                throw diverged(epoch, step, loss);
            }
            lossSum += loss * records.length;
            collect(collector, tail.probabilities(), labels);
            long done = (long) (epoch - 1) * images + from + records.length;
            int seenImages = from + records.length;
            listener.stageProgress(
                    done,
                    String.format(
                            Locale.ROOT,
                            "epoch %d/%d, loss %.3f, accuracy %.1f%%",
                            epoch,
                            settings.epochs(),
                            lossSum / seenImages,
                            100.0 * collector.hits() / seenImages));
        }
        ClassificationMetrics seen = collector.metrics();
        // The loss that was minimized, with label smoothing, rather than the collector's without.
        return new ClassificationMetrics(
                images, lossSum / images, seen.top1(), seen.top5(), seen.macroF1(), seen.classes(), seen.confusion());
    }

    private FinetuneException diverged(int epoch, int step, double loss) {
        return new FinetuneException(
                ExitCode.DIVERGED,
                "The training diverged: the loss became " + loss + " in phase "
                        + settings.phase().label() + ", epoch "
                        + epoch + ", step " + step + "; choose a lower "
                        + (settings.phase() == Phase.HEAD ? "--head-lr" : "--lr") + " than " + settings.learningRate()
                        + ".");
    }

    /** The figures of the tail's current parameters on the validation images. */
    private ClassificationMetrics validate() {
        MetricsCollector collector = new MetricsCollector(classes);
        forEachValidationBatch((predicted, records) -> collect(collector, predicted, labels(validation, records)));
        return collector.metrics();
    }

    /**
     * Classifies the validation images.
     *
     * @param results hears the probabilities {@code [images,classes]} of each batch, and its records in the cache
     */
    private void forEachValidationBatch(BiConsumer<INDArray, int[]> results) {
        int images = validation.samples().size();
        for (int from = 0; from < images; from += settings.batchSize()) {
            int[] records = IntStream.range(from, Math.min(from + settings.batchSize(), images))
                    .toArray();
            validation.read(tail.inputLayer(), records, tail.input());
            results.accept(tail.predict(records.length), records);
        }
    }

    /** The probabilities of each validation image by the tail's current parameters, in the order of the cache. */
    List<float[]> probabilities() {
        List<float[]> probabilities = new ArrayList<>();
        forEachValidationBatch((predicted, records) -> probabilities.addAll(Arrays.asList(predicted.toFloatMatrix())));
        return probabilities;
    }

    private static int[] labels(ActivationCache cache, int[] records) {
        return Arrays.stream(records)
                .map(record -> cache.samples().get(record / cache.views()).label())
                .toArray();
    }

    private static void collect(MetricsCollector collector, INDArray probabilities, int[] labels) {
        float[][] rows = probabilities.toFloatMatrix();
        for (int row = 0; row < labels.length; row++) {
            collector.add(rows[row], labels[row]);
        }
    }
}
