package org.finetune.train;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.finetune.engine.TrainableTail;
import org.finetune.train.features.ActivationCache;

/** Times the steps and the validation of a stage. The tail is trained by it, and no good for anything else afterwards. */
final class StepTimer {
    /** The first of them, which take longer, do not count. */
    private static final int MOST_STEPS = 20;

    private static final int LEAST_STEPS = 2;
    /** For what else the machine has to do in the meantime. */
    private static final double CAUTION = 1.1;

    private final PhaseSettings settings;
    private final TrainableTail tail;
    private final PhaseData data;
    private final Runnable interruption;

    /**
     * Prepares a test.
     *
     * @param interruption called after each step; ends it by throwing
     */
    StepTimer(PhaseSettings settings, TrainableTail tail, PhaseData data, Runnable interruption) {
        this.settings = settings;
        this.tail = tail;
        this.data = data;
        this.interruption = interruption;
    }

    /**
     * Times them.
     *
     * @param setup seconds that making the tail took
     * @param most seconds after which there is no further step
     */
    StageCost cost(double setup, double most) {
        ActivationCache train = data.train();
        EpochOrder order = new EpochOrder(
                settings.seed(), settings.phase(), 1, train.samples().size(), train.views());
        int[] batch = Arrays.copyOf(
                order.records(), Math.min(settings.batchSize(), train.samples().size()));
        double step = seconds(most, number -> {
            tail.load(train.of(tail.inputLayer()), batch);
            tail.fit(batch.length, train.labels(batch), order.maskSeed(number));
            tail.probabilities().toFloatMatrix();
        });
        int[] images = IntStream.range(0, batch.length)
                .map(image -> image * train.views())
                .toArray();
        double prediction = seconds(most, number -> {
            tail.load(train.of(tail.inputLayer()), images);
            tail.predict(images.length).toFloatMatrix();
        });
        int steps = batches(train);
        int validation = batches(data.validation());
        return new StageCost(
                setup + step,
                CAUTION * (steps * step + validation * prediction),
                CAUTION * (steps + validation) * prediction);
    }

    /** Mean seconds of a step but for the first. */
    private double seconds(double most, IntConsumer step) {
        long begin = System.nanoTime();
        long second = begin;
        int taken = 0;
        while (taken < LEAST_STEPS || (taken < MOST_STEPS && (System.nanoTime() - begin) / 1e9 < most)) {
            step.accept(taken);
            interruption.run();
            taken++;
            second = taken == 1 ? System.nanoTime() : second;
        }
        return (System.nanoTime() - second) / 1e9 / (taken - 1);
    }

    private int batches(ActivationCache images) {
        return (images.samples().size() + settings.batchSize() - 1) / settings.batchSize();
    }
}
