package org.finetune.benchmark;

import static org.finetune.benchmark.MarkdownTable.cell;
import static org.finetune.benchmark.MarkdownTable.ratio;

import java.io.PrintStream;
import java.util.List;
import java.util.OptionalDouble;

/** What users wait for, beside the same work in PyTorch, or of photos alone in Pillow. */
final class WaitingTimes {
    private static final String WORK = "waiting";
    /** How the conditions begin of runs that end when an accuracy is reached, which follows. */
    private static final String UNTIL = "all photos until ";

    private static final double ALPHA = 0.35;
    private static final int SIZE = 224;

    private final Measurements results;

    WaitingTimes(Measurements results) {
        this.results = results;
    }

    void print(PrintStream out) {
        MarkdownTable table = new MarkdownTable("s", "finetune", "beside", "of that", "ratio");
        row(
                table,
                "first pass over 100 photos of 12 megapixels",
                "large photos",
                "Pillow with draft",
                "large photos with draft");
        row(table, "the same", "large photos", "Pillow as torchvision uses it", "large photos");
        row(
                table,
                "an epoch of all layers, 400 photos",
                "epoch of all layers",
                "PyTorch, decoding included",
                "epoch of all layers");
        OptionalDouble sample = results.find(WORK, "finetune", "sample", 1.0, SIZE);
        if (sample.isPresent()) {
            table.row("the sample, start to model", cell("%.1f", sample), "", "", "");
            String top1 = cell("%.3f", find("finetune", "all photos, top-1"));
            String title = "all photos, start to model, top-1 " + top1;
            List<String> others = results.all().stream()
                    .map(Measurement::conditions)
                    .filter(conditions -> conditions.startsWith(UNTIL))
                    .toList();
            for (String other : others.isEmpty() ? List.of("") : others) {
                row(table, title, "all photos", other.isEmpty() ? "" : "PyTorch, " + other, other);
            }
        }
        table.print(out);
    }

    private void row(MarkdownTable table, String title, String own, String other, String theirs) {
        OptionalDouble seconds = find("finetune", own);
        if (seconds.isPresent()) {
            OptionalDouble beside = find("pytorch", theirs);
            table.row(title, cell("%.2f", seconds), other, cell("%.2f", beside), ratio("%.2f", seconds, beside));
        }
    }

    private OptionalDouble find(String by, String conditions) {
        return results.find(WORK, by, conditions, ALPHA, SIZE);
    }
}
