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

    /** Numbers of large photos that are read. */
    private static final int FEW = 100;

    private static final int MANY = 400;
    /** How the conditions end of reading so many large photos, and of doing so with {@code draft}. */
    private static final String LARGE = " large photos";

    private static final String DRAFT = " with draft";

    private static final double ALPHA = 0.35;
    private static final int SIZE = 224;

    private final Measurements results;

    WaitingTimes(Measurements results) {
        this.results = results;
    }

    void print(PrintStream out) {
        MarkdownTable table = new MarkdownTable("s", "finetune", "beside", "of that", "ratio");
        for (int photos : new int[] {FEW, MANY}) {
            String work = photos + LARGE;
            String title = "first pass over " + photos + " photos of 12 megapixels";
            row(table, title, work, "Pillow with draft", work + DRAFT);
            row(table, "the same", work, "Pillow as torchvision uses it", work);
        }
        OptionalDouble further = furtherPhoto("finetune", "");
        if (further.isPresent()) {
            OptionalDouble pillow = furtherPhoto("pytorch", DRAFT);
            table.row(
                    "of that, ms for each of the last " + (MANY - FEW),
                    cell("%.1f", further),
                    "Pillow with draft",
                    cell("%.1f", pillow),
                    ratio("%.2f", further, pillow));
        }
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

    /** Milliseconds that each photo takes which the larger number has more than the smaller. */
    private OptionalDouble furtherPhoto(String by, String how) {
        OptionalDouble few = find(by, FEW + LARGE + how);
        OptionalDouble many = find(by, MANY + LARGE + how);
        return few.isPresent() && many.isPresent()
                ? OptionalDouble.of(1000 * (many.getAsDouble() - few.getAsDouble()) / (MANY - FEW))
                : OptionalDouble.empty();
    }

    private OptionalDouble find(String by, String conditions) {
        return results.find(WORK, by, conditions, ALPHA, SIZE);
    }
}
