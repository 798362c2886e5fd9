package org.finetune.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.finetune.Printable;
import org.finetune.cli.terminal.Terminal;
import org.finetune.inference.Evaluation;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.MetricsJson;

/** The result of {@code finetune evaluate}. */
public final class EvaluationReport {
    private EvaluationReport() {}

    public static void printText(Evaluation evaluation, Console console) {
        PrintWriter out = console.out();
        Terminal terminal = console.outTerminal();
        ClassificationMetrics metrics = evaluation.metrics();
        TrainingReport.classes(metrics, out, terminal);
        out.println();
        console.heading(
                String.format(Locale.ROOT, "top-1 %.1f%%", 100 * metrics.top1()),
                String.format(
                        Locale.ROOT,
                        " (95%% interval %s), top-5 %.1f%%, macro F1 %.3f, loss %.4f on %d images",
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
        Map<String, Object> result = new LinkedHashMap<>(MetricsJson.toMap(evaluation.metrics()));
        result.put("skipped_images", evaluation.skipped().size());
        try {
            new ObjectMapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(result)
                    .lines()
                    .map(Printable::of)
                    .forEach(out::println);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Figures that are no JSON: " + result, e);
        }
        out.flush();
    }
}
