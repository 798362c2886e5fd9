package org.finetune.cli.output;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.finetune.Printable;
import org.finetune.cli.terminal.Terminal;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.FoldStatistics;
import org.finetune.metrics.FoldStatistics.Spread;
import org.finetune.train.FineTunedStage;
import org.finetune.train.RunInsights;
import org.finetune.train.TrainingSummary;

/** The summary at the end of a training run. */
public final class TrainingReport {
    private static final String ABSENT = "-";

    private TrainingReport() {}

    /**
     * Prints it.
     *
     * @param test metrics on photos that were kept for a test, if any were
     */
    public static void print(TrainingSummary summary, Optional<ClassificationMetrics> test, Console console) {
        PrintWriter out = console.out();
        Terminal terminal = console.outTerminal();
        ClassificationMetrics result = summary.result();
        if (console.errTerminal().present()) {
            console.text("");
        }
        classes(result, out, terminal);
        out.println();
        console.result(
                "Accuracy",
                format("%.1f%% top-1", 100 * result.top1()),
                format(
                        " on %d %s (95%% interval %s), macro F1 %.3f",
                        result.images(),
                        summary.insights().folds().isPresent()
                                ? "photos, by models not trained on them"
                                : "validation photos",
                        result.interval(),
                        result.macroF1()));
        summary.insights().folds().ifPresent(folds -> folds(folds, console));
        test.ifPresent(figures -> test(figures, "the run has not", console));
        console.result("Phase 2", "", gain(summary));
        console.result(
                "Trained",
                "",
                format("on %d photos in %.1f s%s", summary.trainImages(), summary.seconds(), skipped(summary)));
        if (!summary.insights().caution().isEmpty()) {
            console.result("Weights", "", summary.insights().caution());
        }
        insights(summary.insights(), console);
        out.println("Model      " + Printable.of(summary.directory().toString()) + "/model.zip");
        Path report = summary.directory().resolve("report.html");
        if (Files.exists(report)) {
            out.println("Report     " + Printable.of(report.toString()));
        }
        out.flush();
        NextCommands.print(summary.directory(), console);
    }

    /** What is worth a line besides the metrics. */
    private static void insights(RunInsights insights, Console console) {
        insights.labels()
                .filter(labels -> !labels.suspects().isEmpty())
                .ifPresent(labels -> console.result(
                        "Labels",
                        "",
                        labels.suspects().size() == 1
                                ? "1 is doubtful (label-errors.json)"
                                : labels.suspects().size() + " are doubtful, about " + labels.estimated()
                                        + " of them wrong (label-errors.json)"));
        insights.study().shift().ifPresent(shift -> console.result("Hard set", "", shift.finding()));
        insights.nextStep().ifPresent(step -> console.result("Next step", "", step));
    }

    /** Mean, standard deviation and interval of the metrics of the folds. */
    private static void folds(FoldStatistics statistics, Console console) {
        Spread top1 = statistics.top1();
        Spread macroF1 = statistics.macroF1();
        Spread loss = statistics.loss();
        console.result(
                "Folds",
                "",
                format(
                        "%d: top-1 %.1f%% +/- %.1f points (95%% interval of the mean %.1f%% to %.1f%%)",
                        statistics.folds().size(),
                        100 * top1.mean(),
                        100 * top1.deviation(),
                        100 * top1.low(),
                        100 * top1.high()));
        console.result(
                "",
                "",
                format(
                        "macro F1 %.3f +/- %.3f (%.3f to %.3f), log-loss %.3f +/- %.3f (%.3f to %.3f)",
                        macroF1.mean(),
                        macroF1.deviation(),
                        macroF1.low(),
                        macroF1.high(),
                        loss.mean(),
                        loss.deviation(),
                        loss.low(),
                        loss.high()));
    }

    /**
     * Prints the metrics on photos that were kept for a test.
     *
     * @param who who has seen them, such as "no trial has"
     */
    static void test(ClassificationMetrics test, String who, Console console) {
        console.result(
                "Test",
                format("%.1f%% top-1", 100 * test.top1()),
                format(
                        " on %d photos that %s seen (95%% interval %s), macro F1 %.3f",
                        test.images(), who, test.interval(), test.macroF1()));
    }

    /** A table of the metrics of each class. */
    static void classes(ClassificationMetrics metrics, PrintWriter out, Terminal terminal) {
        TextTable table = new TextTable("class", ">precision", ">recall", ">F1", ">photos");
        table.canDoWithout("photos");
        for (ClassMetrics row : metrics.classes()) {
            // Without photos of the class there is nothing to say about it.
            boolean measured = row.support() > 0;
            table.row(
                    row.name(),
                    measured ? format("%.3f", row.precision()) : ABSENT,
                    measured ? format("%.3f", row.recall()) : ABSENT,
                    measured ? format("%.3f", row.f1()) : ABSENT,
                    row.support());
        }
        table.print(out, terminal);
    }

    /** How many photos were skipped. */
    static String skipped(int images) {
        return images == 1 ? "1 photo was skipped" : images + " photos were skipped";
    }

    private static String skipped(TrainingSummary summary) {
        return summary.skipped() == 0 ? "" : "; " + skipped(summary.skipped()) + " (skipped.csv)";
    }

    /** What phase 2 changed, and which phase's model is the result if that is not the last one's. */
    static String gain(TrainingSummary summary) {
        ClassificationMetrics head = summary.head();
        Optional<FineTunedStage> stage = summary.fineTunedStage();
        if (stage.isEmpty()) {
            return "none: only the head was trained";
        }
        ClassificationMetrics fineTuned = stage.get().validation();
        if (summary.stages().size() > 1) {
            return stages(summary);
        }
        String change = fineTuned.hits() == head.hits()
                ? format(
                        "%.1f%% after the head and after fine-tuning; validation loss %.4f, then %.4f",
                        100 * head.top1(), head.loss(), fineTuned.loss())
                : format(
                        "%.1f%% after the head, %.1f%% after fine-tuning (%+.1f points)",
                        100 * head.top1(), 100 * fineTuned.top1(), 100 * summary.fineTuneGain());
        if (!summary.kept().isHead()) {
            return change;
        }
        String objection = stage.get().choice().objection();
        return change + (objection.isEmpty() ? "" : ", but " + objection) + ", so the head-only model is kept";
    }

    /** The same of several stages. */
    private static String stages(TrainingSummary summary) {
        List<String> parts = new ArrayList<>();
        parts.add(format("%.1f%% after the head", 100 * summary.head().top1()));
        for (FineTunedStage stage : summary.stages()) {
            String objection = stage.choice().objection();
            parts.add(format(
                            "%.1f%% after %s",
                            100 * stage.validation().top1(), stage.phase().subject())
                    + (objection.isEmpty() ? "" : " (but " + objection + ")"));
        }
        return String.join(", ", parts)
                + (summary.kept().isHead()
                        ? "; the head-only model is kept"
                        : format(
                                "; the model after %s is kept (%+.1f points)",
                                summary.kept().subject(), 100 * summary.fineTuneGain()));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
