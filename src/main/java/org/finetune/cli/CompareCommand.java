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
            "Shows runs side by side: the settings that differ, the figures, the curves, and whether one is better.",
            "",
            "Whether one is better is judged by McNemar's test on the validation photos that two runs share, which are found"
                    + " by their content. Directories without a finished run are left out."
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
            description = "Form of the result: table or json. Default: table.")
    private Format format;

    @Option(
            names = "--html",
            paramLabel = "<file>",
            description = "Also write a page with plots to a new file; it loads nothing from anywhere.")
    private Path html;

    @Override
    public Integer call() {
        List<Path> runs = named.stream().map(SavedRun::directoryOf).toList();
        require(runs.size() > 1, "There is nothing to compare '" + runs.get(0) + "' with");
        require(runs.stream().distinct().count() == runs.size(), "A run is named twice");
        require(html == null || !Files.exists(html), "--html must name a new file, but '" + html + "' exists already");
        List<Path> unfinished = runs.stream()
                .filter(run -> Files.exists(run) && !RecordedRun.isFinished(run))
                .toList();
        List<Path> compared =
                runs.stream().filter(run -> !unfinished.contains(run)).toList();
        if (compared.size() < 2) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "There are not two finished runs to compare: '" + unfinished.get(0) + "' "
                            + (unfinished.size() == 1 ? "has" : "and " + (unfinished.size() - 1) + " more have")
                            + " none; 'finetune resume' goes on with a run that was stopped.");
        }
        Comparison comparison =
                Comparison.of(compared.stream().map(RecordedRun::read).toList());
        unfinished.forEach(run -> console().warning("'" + run + "' is left out, since it has no finished run"));
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
