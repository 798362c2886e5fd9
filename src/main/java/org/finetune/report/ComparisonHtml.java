package org.finetune.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune.compare.Comparison;
import org.finetune.compare.ComparisonTables;
import org.finetune.compare.PairSentence;
import org.finetune.report.plot.ComparedCurves;
import org.finetune.report.plot.PlotFiles;
import org.finetune.run.AtomicFile;
import org.finetune.run.files.History;

/** Writes a comparison of runs as a page that loads nothing from anywhere. */
public final class ComparisonHtml {
    private final Comparison comparison;

    /** Prepares a page. */
    public ComparisonHtml(Comparison comparison) {
        this.comparison = comparison;
    }

    /**
     * Writes the page.
     *
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if it cannot be written
     */
    public void write(Path file) {
        byte[] page = HtmlPage.render("compare.jte", page()).getBytes(StandardCharsets.UTF_8);
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
                        .map(run -> run.directory().toString())
                        .toList(),
                comparison.pairs().stream()
                        .map(pair -> PairSentence.of(pair, comparison.pairs().size()))
                        .toList(),
                tables.settings(),
                tables.figures(),
                tables.classes(),
                comparison.runs().stream()
                                .allMatch(run -> run.history().epochs().isEmpty())
                        ? Optional.empty()
                        : Optional.of(new ReportPage.Curves(
                                plot("Validation loss", History.Epoch::valLoss, false),
                                plot("Validation accuracy", History.Epoch::valTop1, true))));
    }

    private PlotFiles.Images plot(String figure, ToDoubleFunction<History.Epoch> value, boolean share) {
        List<ComparedCurves.Curve> curves = new ArrayList<>();
        for (int i = 0; i < comparison.runs().size(); i++) {
            History history = comparison.runs().get(i).history();
            if (!history.epochs().isEmpty()) {
                curves.add(new ComparedCurves.Curve(
                        Comparison.letter(i),
                        history.epochs().stream().map(value::applyAsDouble).toList(),
                        history.ends()));
            }
        }
        return PlotFiles.images(new ComparedCurves(figure, curves, share));
    }
}
