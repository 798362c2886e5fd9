package org.finetune.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The tables of a comparison as text: a row for each setting or metric, a value for each run. */
public final class ComparisonTables {
    private static final String ABSENT = "-";

    private final Comparison comparison;

    /**
     * A row.
     *
     * @param name what it is about
     * @param values by run
     */
    public record Row(String name, List<String> values) {}

    public ComparisonTables(Comparison comparison) {
        this.comparison = comparison;
    }

    /** The settings that differ. */
    public List<Row> settings() {
        List<Row> rows = new ArrayList<>();
        comparison
                .differences()
                .forEach((key, values) -> rows.add(new Row(
                        key,
                        values.stream()
                                .map(value -> value.isEmpty() ? ABSENT : value)
                                .toList())));
        return rows;
    }

    /** The metrics of the kept models on their validation photos. */
    public List<Row> figures() {
        return List.of(
                row("top-1", run -> percent(run.metrics().figure("top1"))),
                row("top-1 after the head", run -> percent(run.metrics().figure("head_top1"))),
                row("top-5", run -> percent(run.metrics().figure("top5"))),
                row("macro F1", run -> decimal("%.3f", run.metrics().figure("macro_f1"))),
                row("loss", run -> decimal("%.4f", run.metrics().figure("loss"))),
                row(
                        "epochs, both phases",
                        run -> Integer.toString(run.history().epochs().size())),
                row("validation photos", run -> decimal("%.0f", run.metrics().figure("images"))));
    }

    /** F1 of each class. */
    public List<Row> classes() {
        return comparison.classes().stream()
                .map(name -> row(name, run -> decimal("%.3f", run.metrics().f1(name))))
                .toList();
    }

    private Row row(String name, Function<RecordedRun, String> figure) {
        return new Row(name, comparison.runs().stream().map(figure).toList());
    }

    private static String percent(double share) {
        return decimal("%.1f%%", 100 * share);
    }

    private static String decimal(String format, double value) {
        return Double.isNaN(value) ? ABSENT : String.format(Locale.ROOT, format, value);
    }
}
