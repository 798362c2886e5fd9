package org.finetune.tune;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.ExitCode;

/**
 * The trials of a sweep that are over.
 *
 * @param trials by number
 */
public record SweepResults(List<TrialResult> trials) {

    /** These trials and another one, which replaces an earlier one of its number. */
    SweepResults with(TrialResult trial) {
        return new SweepResults(
                Stream.concat(trials.stream().filter(earlier -> earlier.number() != trial.number()), Stream.of(trial))
                        .sorted(Comparator.comparing(TrialResult::number))
                        .toList());
    }

    /** The trial of a number, if it is over. */
    Optional<TrialResult> trial(int number) {
        return trials.stream().filter(trial -> trial.number() == number).findFirst();
    }

    /** The trials, the best first. */
    public List<TrialResult> ranked() {
        return trials.stream().sorted(TrialResult.BEST_FIRST).toList();
    }

    /** The best of the trials that are done. */
    public Optional<TrialResult> best() {
        return ranked().stream().filter(TrialResult::isDone).findFirst();
    }

    /** Success if a trial is done or none is over; else how the last of them ended. */
    public ExitCode exitCode() {
        return best().isPresent() || trials.isEmpty()
                ? ExitCode.SUCCESS
                : trials.get(trials.size() - 1).exitCode();
    }
}
