package org.finetune.report;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.finetune.compare.Comparison;
import org.finetune.compare.ComparisonTables;
import org.finetune.compare.PairSentence;
import org.finetune.compare.RecordedRun;
import org.finetune.compare.RecordedRun.RecordedEpoch;
import org.finetune.report.plot.ComparedCurves;
import org.finetune.report.plot.PlotFiles;
import org.finetune.run.AtomicFile;
import org.finetune.train.Phase;

/** Writes a comparison of runs as a page that loads nothing from anywhere. */
public final class ComparisonHtml {
    private final Comparison comparison;
    private final UnaryOperator<String> printable;

    /**
     * Prepares a page.
     *
     * @param printable replaces what must not be shown as it is in names, such as control characters
     */
    public ComparisonHtml(Comparison comparison, UnaryOperator<String> printable) {
        this.comparison = comparison;
        this.printable = printable;
    }

    /**
     * Writes the page.
     *
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if it cannot be written
     */
    public void write(Path file) {
        StringOutput html = new StringOutput();
        TemplateEngine.createPrecompiled(
                        null, ContentType.Html, ComparisonHtml.class.getClassLoader(), "org.finetune.report")
                .render("compare.jte", page(), html);
        byte[] page = html.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(page), true, "--html");
    }

    private ComparisonPage page() {
        ComparisonTables tables = new ComparisonTables(comparison);
        return new ComparisonPage(
                comparison.runs().size() + " runs side by side",
                ZonedDateTime.now(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")),
                IntStream.range(0, comparison.runs().size())
                        .mapToObj(Comparison::letter)
                        .toList(),
                comparison.runs().stream()
                        .map(run -> printable.apply(run.directory().toString()))
                        .toList(),
                comparison.pairs().stream()
                        .map(pair -> PairSentence.of(pair, comparison.pairs().size()))
                        .toList(),
                shown(tables.settings()),
                tables.figures(),
                shown(tables.classes()),
                plot("Validation loss", RecordedEpoch::valLoss, false),
                plot("Validation accuracy", RecordedEpoch::valTop1, true));
    }

    private List<ComparisonTables.Row> shown(List<ComparisonTables.Row> rows) {
        return rows.stream()
                .map(row -> new ComparisonTables.Row(
                        printable.apply(row.name()),
                        row.values().stream().map(printable).toList()))
                .toList();
    }

    /** The plot of a figure, or null if no run has trained an epoch. */
    private PlotFiles.Images plot(String figure, ToDoubleFunction<RecordedEpoch> value, boolean share) {
        List<ComparedCurves.Curve> curves = new ArrayList<>();
        for (int i = 0; i < comparison.runs().size(); i++) {
            RecordedRun run = comparison.runs().get(i);
            if (!run.epochs().isEmpty()) {
                long head = run.epochs().stream()
                        .filter(epoch -> epoch.phase().equals(Phase.HEAD.label()))
                        .count();
                curves.add(new ComparedCurves.Curve(
                        Comparison.letter(i),
                        run.epochs().stream().map(value::applyAsDouble).toList(),
                        (int) head));
            }
        }
        return curves.isEmpty() ? null : PlotFiles.images(new ComparedCurves(figure, curves, share));
    }
}
