package org.finetune.train;

import java.util.Locale;
import java.util.Objects;

/**
 * What one epoch came to.
 *
 * @param phase the phase
 * @param epoch number of the epoch in its phase, from 1
 * @param learningRate Adam learning rate of its last step; 0 for a head that was solved
 * @param trainLoss mean training loss
 * @param trainTop1 share of training photos whose top-1 prediction was right, under dropout and augmentation;
 *     for a head that was solved, without
 * @param valLoss mean validation loss, without label smoothing
 * @param valTop1 share of validation photos whose top-1 prediction is right
 * @param seconds duration
 * @param best whether this is the phase's best epoch so far, by top-1 and then by loss; false where the last is kept
 */
public record EpochResult(
        Phase phase,
        int epoch,
        double learningRate,
        double trainLoss,
        double trainTop1,
        double valLoss,
        double valTop1,
        double seconds,
        boolean best) {

    public EpochResult {
        Objects.requireNonNull(phase, "phase");
    }

    /**
     * The result as a line of text.
     *
     * @param epochs number of epochs of the phase
     */
    public String toLine(int epochs) {
        return String.format(
                Locale.ROOT,
                "%s epoch %d/%d: loss %.4f, accuracy %.1f%%, validation loss %.4f, validation accuracy %.1f%%, %s s%s",
                phase.label(),
                epoch,
                epochs,
                trainLoss,
                100 * trainTop1,
                valLoss,
                100 * valTop1,
                roundedSeconds(),
                best ? ", best so far" : "");
    }

    /** The duration in seconds as text; an epoch of the head may take a few hundredths of a second. */
    public String roundedSeconds() {
        return String.format(Locale.ROOT, seconds < 1 ? "%.2f" : "%.1f", seconds);
    }
}
