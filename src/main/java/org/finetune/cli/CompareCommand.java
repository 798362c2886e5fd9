package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.finetune.ExitCode;
import org.finetune.cli.output.ComparisonReport;
import org.finetune.compare.Comparison;
import org.finetune.compare.RecordedRun;
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
                    + " by their content."
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
    private List<Path> runs;

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
        require(runs.size() > 1, "There is nothing to compare '" + runs.get(0) + "' with");
        require(runs.stream().distinct().count() == runs.size(), "A run is named twice");
        require(html == null || !Files.exists(html), "--html must name a new file, but '" + html + "' exists already");
        Comparison comparison =
                Comparison.of(runs.stream().map(RecordedRun::read).toList());
        switch (format) {
            case TABLE -> new ComparisonReport(comparison, console()).print();
            case JSON -> ComparisonReport.printJson(comparison, console().out());
        }
        if (html != null) {
            new ComparisonHtml(comparison).write(html);
            console().info("Wrote " + html);
        }
        return ExitCode.SUCCESS.code();
    }
}
