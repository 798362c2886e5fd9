package org.finetune.train;

import java.util.Arrays;
import java.util.Locale;
import org.finetune.engine.TrainableTail;
import org.finetune.run.Interruption;
import org.finetune.settings.LearningRates;
import org.finetune.train.features.ActivationCache;

/**
 * Takes steps as a phase does, each with a learning rate of its own. The tail is changed as by training, and no good for
 * anything else afterwards.
 */
final class RangeTest {
    /** Of a learning rate that is shown. */
    private static final int DIGITS = 2;

    private final PhaseSettings settings;
    private final TrainableTail tail;
    private final ActivationCache images;
    private final TrainingListener progress;
    private final Interruption interruption;

    /**
     * Prepares a test.
     *
     * @param settings of which phase, batch size and seed are used
     * @param images the training photos
     * @param interruption ends it between two steps
     */
    RangeTest(
            PhaseSettings settings,
            TrainableTail tail,
            ActivationCache images,
            TrainingListener progress,
            Interruption interruption) {
        this.settings = settings;
        this.tail = tail;
        this.images = images;
        this.progress = progress;
        this.interruption = interruption;
    }

    /**
     * Takes the steps, through as many epochs as it takes.
     *
     * @param rates Adam learning rate of each step
     */
    void run(double[] rates, RangeTestRun.StepListener listener) {
        progress.taskStarted(settings.phase().label() + " range test", (long) rates.length * settings.batchSize());
        int epoch = 0;
        EpochOrder order = null;
        int seen = count();
        int stepInEpoch = 0;
        for (int step = 0; step < rates.length; step++) {
            if (seen >= count()) {
                epoch++;
                order = new EpochOrder(settings.seed(), settings.phase(), epoch, count(), images.views());
                seen = 0;
                stepInEpoch = 0;
            }
            int[] records = Arrays.copyOfRange(order.records(), seen, Math.min(count(), seen + settings.batchSize()));
            tail.load(images.of(tail.inputLayer()), records);
            tail.setLearningRate(rates[step]);
            double loss = tail.fit(records.length, images.labels(records), order.maskSeed(stepInEpoch));
            double rate = rates[step];
            progress.taskProgress(
                    (step + 1L) * settings.batchSize(),
                    () -> String.format(Locale.ROOT, "lr %s, loss %.3f", LearningRates.text(rate, DIGITS), loss));
            interruption.check();
            if (!listener.stepTaken(rates[step], loss)) {
                break;
            }
            seen += records.length;
            stepInEpoch++;
        }
        progress.taskFinished();
    }

    private int count() {
        return images.samples().size();
    }
}
