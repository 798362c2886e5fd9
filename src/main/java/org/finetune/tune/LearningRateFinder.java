package org.finetune.tune;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.train.Phase;
import org.finetune.train.RangeTestRun;

/** A learning-rate range test of a phase: chooses the rates and watches the loss. */
public final class LearningRateFinder implements RangeTestRun.StepListener {
    /** Enough to smooth the losses of batches of 32, and too little to lag far behind them within 100 steps. */
    private static final double SMOOTHING = 0.95;

    private static final double HEAD_LOW = 1e-6;
    private static final double HEAD_HIGH = 1;
    private static final double FINE_TUNE_LOW = 1e-7;
    private static final double FINE_TUNE_HIGH = 0.1;

    private final Phase phase;
    private final double[] rates;
    private final RateCurve curve = new RateCurve(SMOOTHING);

    /**
     * Prepares a test.
     *
     * @param steps number of steps, at least 2
     */
    public LearningRateFinder(Phase phase, int steps) {
        this.phase = phase;
        double low = phase.isHead() ? HEAD_LOW : FINE_TUNE_LOW;
        double high = phase.isHead() ? HEAD_HIGH : FINE_TUNE_HIGH;
        this.rates = new double[steps];
        for (int step = 0; step < steps; step++) {
            rates[step] = low * Math.pow(high / low, step / (steps - 1.0));
        }
    }

    /** The phase to test. */
    public Phase phase() {
        return phase;
    }

    /** The Adam learning rate of each step: from 1e-6 to 1 for the head, from 1e-7 to 0.1 for fine-tuning. */
    public double[] rates() {
        return rates.clone();
    }

    @Override
    public boolean stepTaken(double learningRate, double loss) {
        return curve.add(learningRate, loss);
    }

    /**
     * What the steps so far show.
     *
     * @throws FinetuneException with {@link ExitCode#DIVERGED} if not a single step had a loss
     */
    public RateFinding finding() {
        if (curve.points().isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DIVERGED,
                    "The loss of the phase " + phase.label()
                            + " is not finite even before training; check the photos and the weights.");
        }
        return new RateFinding(phase, curve.points(), RateSuggestion.of(curve.points()), curve.hasDiverged());
    }
}
