package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.finetune.Printable;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.StoredWeights;

/** The pretrained weights that are here. */
public final class WeightsReport {
    private static final double BYTES_IN_MB = 1e6;

    private WeightsReport() {}

    /** A table of the files. */
    public static void list(List<StoredWeights> all, Console console) {
        TextTable table = new TextTable("weights", ">alpha", ">size", ">MB", "/file");
        for (StoredWeights weights : all) {
            table.row(
                    weights.official() ? "official" : weights.architecture().isPresent() ? "bundled" : "other",
                    weights.architecture()
                            .map(network -> String.valueOf(network.alpha()))
                            .orElse(""),
                    weights.architecture()
                            .map(network -> String.valueOf(network.size()))
                            .orElse(""),
                    String.format(Locale.ROOT, "%.1f", weights.path().toFile().length() / BYTES_IN_MB),
                    weights.path());
        }
        PrintWriter out = console.out();
        table.print(out, console.outTerminal());
        out.flush();
        if (all.stream().noneMatch(StoredWeights::official)) {
            console.info("No official weights found. To download them, run: finetune weights get");
        }
    }

    /** A file that a run would use. */
    public static void found(ResolvedWeights weights, Console console) {
        console.out().println(Printable.of(weights.sha256() + "  " + weights.file()));
        console.out().flush();
    }

    /** What a file's contents agree with. */
    public static void checked(StoredWeights weights, String what, Console console) {
        console.out().println(Printable.of(weights.path() + ": " + what));
        console.out().flush();
    }
}
