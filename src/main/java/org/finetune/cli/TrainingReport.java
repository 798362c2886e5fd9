package org.finetune.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.train.Phase;
import org.finetune.train.TrainingSummary;

/** The summary at the end of a training run. */
final class TrainingReport {
    private TrainingReport() {}

    static void print(TrainingSummary summary, PrintWriter out) {
        ClassificationMetrics result = summary.result();
        classes(result, out);
        out.println();
        out.println(String.format(
                Locale.ROOT,
                "Accuracy   %.1f%% top-1 on %d validation images (macro F1 %.3f)",
                100 * result.top1(),
                result.images(),
                result.macroF1()));
        out.println("Phase 2    " + gain(summary));
        out.println(String.format(
                Locale.ROOT,
                "Trained on %d images in %.1f s%s",
                summary.trainImages(),
                summary.seconds(),
                summary.skipped() == 0 ? "" : "; " + skipped(summary.skipped()) + " (skipped.csv)"));
        String run = Printable.of(summary.directory().toString());
        out.println("Model      " + run + "/model.zip");
        out.println();
        out.println("Next: finetune predict " + run + " PHOTO...");
        out.println("      finetune evaluate " + run + " --data DIR");
        out.flush();
    }

    /** A table of the figures of each class. */
    static void classes(ClassificationMetrics metrics, PrintWriter out) {
        TextTable table = new TextTable("class", ">precision", ">recall", ">F1", ">images");
        for (ClassMetrics row : metrics.classes()) {
            table.row(
                    row.name(),
                    String.format(Locale.ROOT, "%.3f", row.precision()),
                    String.format(Locale.ROOT, "%.3f", row.recall()),
                    String.format(Locale.ROOT, "%.3f", row.f1()),
                    row.support());
        }
        table.print(out);
    }

    /** How many images were skipped. */
    static String skipped(int images) {
        return images == 1 ? "1 image was skipped" : images + " images were skipped";
    }

    private static String gain(TrainingSummary summary) {
        if (summary.fineTuned() == null) {
            return "not asked for: the head alone was trained";
        }
        String change = String.format(
                Locale.ROOT,
                "%.1f%% after the head, %.1f%% after fine-tuning (%+.1f points)",
                100 * summary.head().top1(),
                100 * summary.fineTuned().top1(),
                100 * summary.fineTuneGain());
        return summary.kept() == Phase.HEAD ? change + "; it ended worse, so the head-only model is kept" : change;
    }
}
