package org.finetune.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.finetune.Printable;
import org.finetune.cli.terminal.Terminal;
import org.finetune.inference.Evaluation;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsJson;

/** The result of {@code finetune evaluate}. */
public final class EvaluationReport {
    /** A confusion matrix of more classes does not fit into a window. */
    private static final int MOST_CLASSES = 12;

    private EvaluationReport() {}

    /** The confusion matrix: a row for each class, a column for what its photos were taken for. */
    private static TextTable confusion(ClassificationMetrics metrics) {
        List<String> names = metrics.classes().stream().map(ClassMetrics::name).toList();
        List<String> titles = new ArrayList<>(List.of("class \\ predicted"));
        names.forEach(name -> titles.add(">" + name));
        TextTable table = new TextTable(titles.toArray(String[]::new));
        for (int label = 0; label < names.size(); label++) {
            List<Object> cells = new ArrayList<>(List.of(names.get(label)));
            for (int predicted = 0; predicted < names.size(); predicted++) {
                cells.add(metrics.confusion().count(label, predicted));
            }
            table.row(cells.toArray());
        }
        return table;
    }

    public static void printText(Evaluation evaluation, Console console) {
        PrintWriter out = console.out();
        Terminal terminal = console.outTerminal();
        ClassificationMetrics metrics = evaluation.metrics();
        TrainingReport.classes(metrics, out, terminal);
        out.println();
        if (metrics.classes().size() <= MOST_CLASSES) {
            confusion(metrics).print(out, terminal);
            out.println();
        }
        console.heading(
                String.format(Locale.ROOT, "top-1 %.1f%%", 100 * metrics.top1()),
                String.format(
                        Locale.ROOT,
                        " (95%% interval %s), top-5 %.1f%%, macro F1 %.3f, loss %.4f on %d photos",
                        metrics.interval(),
                        100 * metrics.top5(),
                        metrics.macroF1(),
                        metrics.loss(),
                        metrics.images()));
        if (!evaluation.skipped().isEmpty()) {
            out.println(TrainingReport.skipped(evaluation.skipped().size()));
        }
        out.flush();
    }

    public static void printJson(Evaluation evaluation, Console console) {
        PrintWriter out = console.out();
        json(evaluation).lines().map(Printable::of).forEach(out::println);
        out.flush();
    }

    /** The metrics as JSON. */
    static String json(Evaluation evaluation) {
        Map<String, Object> result = new LinkedHashMap<>(MetricsJson.toMap(evaluation.metrics()));
        result.put("skipped_images", evaluation.skipped().size());
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(result);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Figures that are no JSON: " + result, e);
        }
    }
}
