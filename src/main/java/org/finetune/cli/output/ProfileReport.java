package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.finetune.engine.OpProfile;
import org.finetune.train.features.FeatureTimes;

/** Where the time of a training run went. */
public final class ProfileReport {
    private ProfileReport() {}

    /**
     * Prints a table of the pass over the images, by thread, and one of the operations.
     *
     * @param features nothing if an earlier run's activations were used
     * @param operations none if the engine is not the fast one
     */
    public static void print(FeatureTimes features, List<OpProfile.Row> operations, Console console) {
        PrintWriter out = console.out();
        if (!features.equals(FeatureTimes.NONE)) {
            out.println();
            TextTable work = new TextTable("features", "work", ">seconds", ">share");
            addWork(work, "decoder threads", features.decoders());
            addWork(work, "network threads", features.network());
            work.print(out, console.outTerminal());
        }
        if (!operations.isEmpty()) {
            out.println();
            operations(operations).print(out, console.outTerminal());
        }
        out.flush();
    }

    private static void addWork(TextTable table, String threads, Map<String, Double> seconds) {
        double total =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        seconds.forEach((work, value) -> table.row(threads, work, format("%.2f", value), share(value, total)));
    }

    private static TextTable operations(List<OpProfile.Row> operations) {
        double total =
                operations.stream().mapToDouble(OpProfile.Row::milliseconds).sum();
        TextTable table = new TextTable("operation", ">calls", ">total ms", ">ms a call", ">share");
        for (OpProfile.Row row : operations) {
            table.row(
                    row.operation(),
                    row.calls(),
                    format("%.1f", row.milliseconds()),
                    format("%.3f", row.milliseconds() / row.calls()),
                    share(row.milliseconds(), total));
        }
        table.row("total", "", format("%.1f", total), "", "");
        return table;
    }

    private static String share(double part, double whole) {
        return whole == 0 ? "" : format("%.1f%%", 100 * part / whole);
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
