package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune.Printable;
import org.finetune.ShellWord;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.WilsonInterval;
import org.finetune.settings.Setting;
import org.finetune.tune.OpenSweep;
import org.finetune.tune.TrialResult;

/** The ranked trials of a sweep, and what to make of them. */
public final class SweepReport {
    private final OpenSweep sweep;
    private final Console console;
    private final PrintWriter out;

    public SweepReport(OpenSweep sweep, Console console) {
        this.sweep = sweep;
        this.console = console;
        this.out = console.out();
    }

    /**
     * Prints it.
     *
     * @param test metrics of the best model on photos that were kept for a test, if there are any
     */
    public void print(Optional<ClassificationMetrics> test) {
        if (sweep.results().trials().isEmpty()) {
            return;
        }
        if (console.errTerminal().present()) {
            console.text("");
        }
        table();
        out.println();
        sweep.results().best().ifPresent(this::best);
        test.ifPresent(figures -> TrainingReport.test(figures, "no trial has", console));
        console.result(
                "Sweep",
                "",
                Printable.of(sweep.directory().path().toString()) + " (results.csv, results.json, trials/, best/)");
        out.flush();
        if (test.isEmpty()) {
            sweep.results().best().ifPresent(best -> advise());
        } else {
            console.info("The accuracy of the best of " + done()
                    + " trials on its validation photos is probably too high; the test accuracy is not.");
        }
    }

    private void table() {
        List<Setting<?>> settings = sweep.plan().settings();
        List<String> titles = new ArrayList<>(List.of(">rank", ">trial"));
        settings.forEach(setting -> titles.add(">" + setting.key()));
        titles.addAll(List.of(">top-1", ">95% interval", ">loss", ">head top-1", "kept", ">seconds"));
        TextTable table = new TextTable(titles.toArray(String[]::new));
        table.canDoWithout("seconds", "head top-1", "kept", "rank", "loss", "95% interval");
        int rank = 0;
        for (TrialResult trial : sweep.results().ranked()) {
            rank++;
            List<Object> row = new ArrayList<>(List.of(trial.isDone() ? rank : "-", trial.number()));
            settings.forEach(setting -> row.add(valueOrDash(trial.combination().value(setting))));
            row.addAll(figures(trial));
            row.add(format("%.1f", trial.seconds()));
            table.row(row.toArray());
        }
        table.print(out, console.outTerminal());
    }

    private static String valueOrDash(String value) {
        return value.isEmpty() ? "-" : value;
    }

    private static List<String> figures(TrialResult trial) {
        return trial.figures()
                .map(figures -> List.of(
                        format("%.1f%%", 100 * figures.top1()),
                        figures.interval().toString(),
                        format("%.4f", figures.loss()),
                        format("%.1f%%", 100 * figures.headTop1()),
                        figures.kept()))
                .orElse(List.of("-", "-", "-", "-", trial.status()));
    }

    private void best(TrialResult best) {
        TrialResult.Figures figures = best.figures().orElseThrow();
        WilsonInterval interval = figures.interval();
        long others = sweep.results().trials().stream()
                .filter(trial -> trial != best)
                .flatMap(trial -> trial.figures().stream())
                .filter(other -> other.top1() >= interval.low())
                .count();
        console.result(
                "Best",
                "",
                "trial " + best.number() + ": "
                        + Printable.of(best.combination().toString()));
        console.result(
                "Accuracy",
                format("%.1f%% top-1", 100 * figures.top1()),
                format(
                        " on %d validation photos (95%% interval %s; %s)",
                        figures.images(),
                        interval,
                        others == 1
                                ? "1 other trial falls within it and may be just as good"
                                : (others == 0 ? "no" : others) + " other trials fall within it"
                                        + (others == 0 ? "" : " and may be just as good")));
    }

    private long done() {
        return sweep.results().trials().stream().filter(TrialResult::isDone).count();
    }

    private void advise() {
        console.info("The best of " + done()
                + " trials looks better on its validation photos than it really is. Evaluate it on photos that "
                + "no trial has seen, or set some aside with --test-split:");
        console.text(
                "  finetune evaluate " + ShellWord.of(sweep.directory().best().path()) + " --data DIR");
    }

    /** Says how to continue, if there are trials that have not begun. */
    public void printLeft() {
        int left = sweep.planned() - sweep.results().trials().size();
        if (left > 0) {
            console.info(left == 1 ? "1 trial is left:" : left + " trials are left:");
            console.text("  finetune sweep --continue "
                    + ShellWord.of(sweep.directory().path()));
        }
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
