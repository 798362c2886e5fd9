package org.finetune.cli;

import java.util.Optional;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.TrainingReport;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.report.RunReport;
import org.finetune.train.FinishedRun;
import org.finetune.train.TrainingSummary;

/** What comes after the training of a run: its report, the test on photos that were kept for it, and its summary. */
final class RunEnding {
    private final ConsoleProgress progress;
    private Optional<ClassificationMetrics> test = Optional.empty();

    RunEnding(ConsoleProgress progress) {
        this.progress = progress;
    }

    /** Reports and tests a run whose files are written. */
    void finish(FinishedRun run) {
        new RunReport(progress::warning).write(run);
        HeldOutTest heldOut = new HeldOutTest(run.settings(), run.data(), progress::warning);
        if (heldOut.isWanted()) {
            test = Optional.of(heldOut.run(run.directory(), run.model()));
        }
    }

    /** Prints what it came to. */
    void print(TrainingSummary summary, Console console) {
        TrainingReport.print(summary, test, console);
    }
}
