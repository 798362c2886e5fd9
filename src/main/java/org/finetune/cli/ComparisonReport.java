package org.finetune.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Sparkline;
import org.finetune.cli.terminal.Terminal;
import org.finetune.compare.Comparison;
import org.finetune.compare.ComparisonJson;
import org.finetune.compare.PairSentence;
import org.finetune.compare.PairedRuns;
import org.finetune.compare.RecordedRun;
import org.finetune.compare.RecordedRun.RecordedEpoch;
import org.finetune.train.Phase;

/** The result of {@code finetune compare}. */
final class ComparisonReport {
    private static final int MIN_TEXT_WIDTH = 20;
    private static final String ABSENT = "-";

    private final Comparison comparison;
    private final List<RecordedRun> runs;
    private final PrintWriter out;
    private final Terminal terminal;

    ComparisonReport(Comparison comparison, Console console) {
        this.comparison = comparison;
        this.runs = comparison.runs();
        this.out = console.out();
        this.terminal = console.outTerminal();
    }

    static void printJson(Comparison comparison, PrintWriter out) {
        try {
            out.println(new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(ComparisonJson.toMap(comparison)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A comparison that is no JSON", e);
        }
        out.flush();
    }

    void print() {
        for (int run = 0; run < runs.size(); run++) {
            out.println(terminal.strong(Comparison.letter(run)) + "  "
                    + Printable.of(runs.get(run).directory().toString()));
        }
        if (comparison.differences().isEmpty()) {
            out.println(System.lineSeparator() + "All settings are the same.");
        } else {
            TextTable settings = table("settings that differ", "");
            comparison
                    .differences()
                    .forEach((key, values) -> row(
                            settings,
                            key,
                            values.stream()
                                    .map(value -> value.isEmpty() ? ABSENT : value)
                                    .toList()));
            print(settings);
        }
        print(figures());
        print(classes());
        curves();
        pairs();
        out.flush();
    }

    private TextTable table(String title, String alignment) {
        List<String> titles = new ArrayList<>(List.of(title));
        IntStream.range(0, runs.size()).forEach(run -> titles.add(alignment + Comparison.letter(run)));
        return new TextTable(titles.toArray(String[]::new));
    }

    private static void row(TextTable table, String title, List<String> cells) {
        List<Object> row = new ArrayList<>(List.of(title));
        row.addAll(cells);
        table.row(row.toArray());
    }

    private void print(TextTable table) {
        out.println();
        table.print(out, terminal);
    }

    private TextTable figures() {
        TextTable table = table("figures", ">");
        figure(table, "top-1", run -> percent(run.metric("top1")));
        figure(table, "top-1 after the head", run -> percent(run.metric("head_top1")));
        figure(table, "top-5", run -> percent(run.metric("top5")));
        figure(table, "macro F1", run -> decimal("%.3f", run.metric("macro_f1")));
        figure(table, "loss", run -> decimal("%.4f", run.metric("loss")));
        figure(
                table,
                "epochs, both phases",
                run -> Integer.toString(run.epochs().size()));
        figure(table, "validation photos", run -> decimal("%.0f", run.metric("images")));
        return table;
    }

    private void figure(TextTable table, String title, Function<RecordedRun, String> figure) {
        row(table, title, runs.stream().map(figure).toList());
    }

    private TextTable classes() {
        TextTable table = table("F1 by class", ">");
        for (String name : comparison.classes()) {
            figure(table, name, run -> decimal("%.3f", f1(run, name)));
        }
        return table;
    }

    private static double f1(RecordedRun run, String name) {
        for (JsonNode row : run.metrics().path("classes")) {
            if (row.path("name").asText().equals(name)) {
                return row.path("f1").asDouble(Double.NaN);
            }
        }
        return Double.NaN;
    }

    private void curves() {
        curve("validation loss", "%.3f", RecordedEpoch::valLoss);
        curve("validation accuracy", "%.3f", RecordedEpoch::valTop1);
    }

    private void curve(String title, String format, ToDoubleFunction<RecordedEpoch> figure) {
        double[] all = runs.stream()
                .flatMap(run -> run.epochs().stream())
                .mapToDouble(figure)
                .sorted()
                .toArray();
        if (all.length == 0) {
            return;
        }
        out.println(System.lineSeparator() + terminal.strong(title) + ", by epoch, from " + decimal(format, all[0])
                + " to " + decimal(format, all[all.length - 1]));
        for (int run = 0; run < runs.size(); run++) {
            String head = line(run, Phase.HEAD, all, figure);
            String tuned = line(run, Phase.FINE_TUNE, all, figure);
            out.println(Comparison.letter(run) + "  " + head + (tuned.isEmpty() ? "" : " | " + tuned));
        }
    }

    private String line(int run, Phase phase, double[] all, ToDoubleFunction<RecordedEpoch> figure) {
        List<Double> values = runs.get(run).epochs().stream()
                .filter(epoch -> epoch.phase().equals(phase.label()))
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

    private static String percent(double share) {
        return Double.isNaN(share) ? ABSENT : decimal("%.1f%%", 100 * share);
    }

    private static String decimal(String format, double value) {
        return Double.isNaN(value) ? ABSENT : String.format(Locale.ROOT, format, value);
    }
}
