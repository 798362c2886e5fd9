package org.finetune.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune.Printable;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Sparkline;
import org.finetune.cli.terminal.Terminal;
import org.finetune.compare.Comparison;
import org.finetune.compare.ComparisonJson;
import org.finetune.compare.ComparisonTables;
import org.finetune.compare.PairSentence;
import org.finetune.compare.PairedRuns;
import org.finetune.compare.RecordedRun;
import org.finetune.run.files.History;
import org.finetune.train.Phase;

/** The result of {@code finetune compare}. */
public final class ComparisonReport {
    private static final int MIN_TEXT_WIDTH = 24;

    private final Comparison comparison;
    private final List<RecordedRun> runs;
    private final Console console;
    private final PrintWriter out;
    private final Terminal terminal;

    public ComparisonReport(Comparison comparison, Console console) {
        this.comparison = comparison;
        this.runs = comparison.runs();
        this.console = console;
        this.out = console.out();
        this.terminal = console.outTerminal();
    }

    /**
     * Prints a comparison as JSON.
     *
     * @param leftOut directories without a finished run
     */
    public static void printJson(Comparison comparison, List<Path> leftOut, PrintWriter out) {
        try {
            out.println(new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ComparisonJson.toMap(comparison, leftOut)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A comparison that is no JSON", e);
        }
        out.flush();
    }

    public void print() {
        for (int run = 0; run < runs.size(); run++) {
            out.println(terminal.strong(Comparison.letter(run)) + "  "
                    + Printable.of(runs.get(run).directory().toString()));
        }
        ComparisonTables tables = new ComparisonTables(comparison);
        if (tables.settings().isEmpty()) {
            out.println(System.lineSeparator() + "All settings are the same.");
        } else {
            print("settings that differ", "/", tables.settings());
        }
        print("metrics", ">", tables.figures());
        print("F1 by class", ">", tables.classes());
        curve("validation loss", History.Epoch::valLoss);
        curve("validation accuracy", History.Epoch::valTop1);
        pairs();
        out.flush();
    }

    private void print(String title, String alignment, List<ComparisonTables.Row> rows) {
        List<String> titles = new ArrayList<>(List.of(title));
        IntStream.range(0, runs.size()).forEach(run -> titles.add(alignment + Comparison.letter(run)));
        TextTable table = new TextTable(titles.toArray(String[]::new));
        for (ComparisonTables.Row row : rows) {
            List<Object> cells = new ArrayList<>(List.of(row.name()));
            cells.addAll(row.values());
            table.row(cells.toArray());
        }
        out.println();
        table.print(out, terminal);
    }

    private void curve(String title, ToDoubleFunction<History.Epoch> figure) {
        double[] all = runs.stream()
                .flatMap(run -> run.history().epochs().stream())
                .mapToDouble(figure)
                .sorted()
                .toArray();
        if (all.length == 0) {
            return;
        }
        out.println();
        console.heading(
                title, String.format(Locale.ROOT, ", by epoch, from %.3f to %.3f", all[0], all[all.length - 1]));
        for (int run = 0; run < runs.size(); run++) {
            History history = runs.get(run).history();
            List<String> lines = new ArrayList<>(List.of(line(history, Phase.HEAD.label(), all, figure)));
            history.phases().stream()
                    .filter(phase -> !phase.equals(Phase.HEAD.label()))
                    .forEach(stage -> lines.add(line(history, stage, all, figure)));
            out.println(Comparison.letter(run) + "  " + String.join(" | ", lines));
        }
    }

    private String line(History history, String phase, double[] all, ToDoubleFunction<History.Epoch> figure) {
        List<Double> values = history.epochs().stream()
                .filter(epoch -> epoch.phase().equals(phase))
                .map(figure::applyAsDouble)
                .toList();
        return Sparkline.of(values, all[0], all[all.length - 1], terminal.unicode());
    }

    private void pairs() {
        int columns = Math.max(MIN_TEXT_WIDTH, terminal.columns().getAsInt());
        for (PairedRuns pair : comparison.pairs()) {
            out.println();
            DisplayWidth.wrap(PairSentence.of(pair, comparison.pairs().size()), columns)
                    .forEach(out::println);
        }
    }
}
