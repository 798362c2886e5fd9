package org.finetune.tune;

import java.util.Comparator;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.metrics.WilsonInterval;

/**
 * What became of a trial.
 *
 * @param number number of the trial, from 1
 * @param combination what was tried
 * @param exitCode how a training run by itself would have ended
 * @param figures what it came to, if it is done
 * @param seconds duration
 * @param problem why it is not done, or ""
 */
public record TrialResult(
        int number,
        Combination combination,
        ExitCode exitCode,
        Optional<Figures> figures,
        double seconds,
        String problem) {
    /** The best first: those that are done by top-1, then by loss, then by number; after them the others by number. */
    static final Comparator<TrialResult> BEST_FIRST = Comparator.comparing(TrialResult::isDone)
            .reversed()
            .thenComparing(result -> -result.figures().map(Figures::top1).orElse(0.0))
            .thenComparing(result -> result.figures().map(Figures::loss).orElse(0.0))
            .thenComparing(TrialResult::number);

    /**
     * The metrics of a trial's model on the validation photos.
     *
     * @param top1 share of photos whose most probable class is right
     * @param loss mean cross-entropy in nats, without label smoothing
     * @param headTop1 {@code top1} of the head alone, after phase 1
     * @param headLoss {@code loss} of the head alone
     * @param kept the phase whose model is the result, as in {@code metrics.json}
     * @param images number of validation photos
     */
    public record Figures(double top1, double loss, double headTop1, double headLoss, String kept, long images) {

        /** The 95% interval of top-1. */
        public WilsonInterval interval() {
            return WilsonInterval.of(Math.round(top1 * images), images);
        }
    }

    /** Whether it has a model. */
    public boolean isDone() {
        return exitCode == ExitCode.SUCCESS;
    }

    /** How it ended, in output files and on the terminal: done, diverged or failed. */
    public String status() {
        return switch (exitCode) {
            case SUCCESS -> "done";
            case DIVERGED -> "diverged";
            default -> "failed";
        };
    }
}
