package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.output.ComparisonReport;
import org.finetune.compare.Comparison;
import org.finetune.compare.RecordedRun;
import org.finetune.inference.SavedRun;
import org.finetune.report.ComparisonHtml;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finetune compare}. */
@Command(
        name = "compare",
        description = {
            "Compares runs side by side: differing settings, metrics, curves, and whether one is better.",
            "",
            "McNemar's test on the validation photos that two runs share, matched by content, decides whether "
                    + "one is better. Unfinished runs are skipped."
        },
        footer = {
            "  finetune compare runs/flowers-1 runs/flowers-2",
            "  finetune compare runs/flowers-1 runs/flowers-2 --html comparison.html",
            "  finetune compare runs/* --format json"
        })
final class CompareCommand extends Subcommand {
    /** Form of the result. */
    enum Format {
        TABLE,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run directories of two or more finished runs.")
    private List<Path> named;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "table",
            description = "Output format: table or json. Default: table.")
    private Format format;

    @Option(
            names = "--html",
            paramLabel = "<file>",
            description = "Also write a self-contained HTML page with plots to a new file.")
    private Path html;

    @Override
    public Integer call() {
        List<Path> runs = named.stream().map(SavedRun::directoryOf).toList();
        require(runs.size() > 1, "Nothing to compare '" + runs.get(0) + "' with; name a second run");
        require(runs.stream().distinct().count() == runs.size(), "The same run is given twice");
        require(html == null || !Files.exists(html), "--html must name a new file; '" + html + "' exists already");
        List<Path> unfinished = runs.stream()
                .filter(run -> Files.exists(run) && !RecordedRun.isFinished(run))
                .toList();
        List<Path> compared =
                runs.stream().filter(run -> !unfinished.contains(run)).toList();
        if (compared.size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "At least two finished runs are needed: '" + unfinished.get(0) + "' "
                            + (unfinished.size() == 1 ? "has" : "and " + (unfinished.size() - 1) + " more have")
                            + " no finished run. To continue a stopped run, use finetune resume.");
        }
        Comparison comparison =
                Comparison.of(compared.stream().map(RecordedRun::read).toList());
        unfinished.forEach(run -> console().warning("'" + run + "' is skipped because it has no finished run"));
        switch (format) {
            case TABLE -> new ComparisonReport(comparison, console()).print();
            case JSON -> ComparisonReport.printJson(
                    comparison, unfinished, console().out());
        }
        if (html != null) {
            new ComparisonHtml(comparison).write(html);
            console().info("Wrote " + html);
        }
        return ExitCode.SUCCESS.code();
    }
}
