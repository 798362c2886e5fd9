package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.finetune.cli.terminal.Terminal;
import org.finetune.data.PhotoSource;
import org.finetune.metrics.LabelErrors;

/** The photos whose labels are doubtful, as text. */
public final class LabelErrorReport {
    private LabelErrorReport() {}

    /**
     * Prints the photos of which it is surest.
     *
     * @param classes names of the classes by label
     * @param source where the photos are, whose names in it are shown
     * @param most number of photos to print
     * @param all where the others are listed
     */
    public static void print(
            LabelErrors errors, List<String> classes, PhotoSource source, int most, String all, Console console) {
        PrintWriter out = console.out();
        Terminal terminal = console.outTerminal();
        if (errors.suspects().isEmpty()) {
            out.println("Doubtful labels: none");
            return;
        }
        out.println("Doubtful labels: " + errors.suspects().size() + ", of which about " + errors.estimated()
                + " are wrong; the most doubtful come first");
        TextTable table = new TextTable("photo", "given", ">probability", "likely", ">probability");
        for (LabelErrors.Suspect suspect :
                errors.suspects().subList(0, Math.min(most, errors.suspects().size()))) {
            table.row(
                    source.name(suspect.prediction().photo()),
                    classes.get(suspect.prediction().label()),
                    percent(suspect.given()),
                    classes.get(suspect.likely()),
                    percent(suspect.confidence()));
        }
        table.print(out, terminal);
        int more = errors.suspects().size() - most;
        if (more > 0) {
            out.println("and " + more + " more (" + all + " lists all)");
        }
    }

    private static String percent(float probability) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * probability);
    }
}
