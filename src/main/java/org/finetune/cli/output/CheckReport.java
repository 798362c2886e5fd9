package org.finetune.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.finetune.Printable;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;
import org.finetune.data.quality.ClassCount;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DuplicateGroup;
import org.finetune.data.quality.Finding;
import org.finetune.data.quality.ImageSizes;
import org.finetune.data.quality.Severity;

/** What {@code finetune check} prints for people. */
public final class CheckReport {
    private static final int GROUPS_SHOWN = 5;
    private static final int IMAGES_SHOWN = 4;
    private static final int FILES_SHOWN = 10;

    private static final String INDENT = "  ";
    private static final int SEVERITY_WIDTH = 8;
    private static final int MIN_TEXT_WIDTH = 24;

    private final DataReport report;
    private final Console console;
    private final PrintWriter out;
    private final Terminal terminal;

    public CheckReport(DataReport report, Console console) {
        this.report = report;
        this.console = console;
        this.out = console.out();
        this.terminal = console.outTerminal();
    }

    public void print() {
        if (console.errTerminal().present()) {
            console.text("");
        }
        printClasses();
        printImages();
        printBad();
        printGroups("Copies in different classes", group -> group.exact() && group.acrossClasses());
        printGroups(
                "Copies in training and validation",
                group -> group.exact() && !group.acrossClasses() && group.acrossSplits());
        printGroups(
                "Copies in the same class", group -> group.exact() && !group.acrossClasses() && !group.acrossSplits());
        printGroups("Alike in different classes", group -> !group.exact() && group.acrossClasses());
        printGroups(
                "Alike in training and validation",
                group -> !group.exact() && !group.acrossClasses() && group.acrossSplits());
        printGroups(
                "Alike in the same class", group -> !group.exact() && !group.acrossClasses() && !group.acrossSplits());
        printFindings();
        out.flush();
    }

    private void printClasses() {
        TextTable table = new TextTable("class", ">training", ">validation");
        for (ClassCount row : report.classes()) {
            table.row(row.name(), row.train(), row.validation());
        }
        table.row("all", report.trainImages(), report.validationImages());
        table.print(out, terminal);
        out.println();
    }

    private void printImages() {
        ImageSizes sizes = report.sizes();
        if (sizes == null) {
            return;
        }
        println(
                "Formats  ",
                report.formats().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        println(
                "Sizes    ",
                String.format(
                        Locale.ROOT,
                        "width %d to %d (median %d), height %d to %d (median %d) pixels",
                        sizes.minWidth(),
                        sizes.maxWidth(),
                        sizes.medianWidth(),
                        sizes.minHeight(),
                        sizes.maxHeight(),
                        sizes.medianHeight()));
        out.println();
    }

    private void printBad() {
        if (report.bad().isEmpty()) {
            return;
        }
        out.println("Unusable files: " + report.bad().size());
        report.bad().stream()
                .limit(FILES_SHOWN)
                .forEach(file -> println(INDENT, Printable.of(file.path()) + ": " + file.reason()));
        printMore(report.bad().size() - FILES_SHOWN);
        out.println();
    }

    private void printGroups(String title, Predicate<DuplicateGroup> wanted) {
        List<DuplicateGroup> groups =
                report.duplicates().stream().filter(wanted).toList();
        if (groups.isEmpty()) {
            return;
        }
        out.println(title + ": " + groups.size());
        for (DuplicateGroup group : groups.subList(0, Math.min(GROUPS_SHOWN, groups.size()))) {
            String more = group.images().size() > IMAGES_SHOWN
                    ? "  and " + (group.images().size() - IMAGES_SHOWN) + " more"
                    : "";
            println(
                    INDENT,
                    group.images().stream()
                                    .limit(IMAGES_SHOWN)
                                    .map(image -> Printable.of(image.path()))
                                    .collect(Collectors.joining(INDENT))
                            + more);
        }
        printMore(groups.size() - GROUPS_SHOWN);
        out.println();
    }

    private void printMore(int more) {
        if (more > 0) {
            out.println("  and " + more + " more (--format json lists all)");
        }
    }

    private void printFindings() {
        for (Finding finding : report.findings()) {
            println(severity(finding.severity()), SEVERITY_WIDTH, Printable.of(finding.message()));
        }
        long errors = report.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
        long warnings = report.findings().size() - errors;
        out.println(
                errors + warnings == 0
                        ? "Nothing was found."
                        : count(errors, "error") + ", " + count(warnings, "warning"));
    }

    private String severity(Severity severity) {
        String name = DisplayWidth.padRight(severity.name().toLowerCase(Locale.ROOT), SEVERITY_WIDTH);
        return severity == Severity.ERROR ? terminal.bad(name) : terminal.caution(name);
    }

    private void println(String label, String text) {
        println(label, label.length(), text);
    }

    /** A line that on a narrow terminal continues below, beside its label. */
    private void println(String label, int width, String text) {
        int columns = Math.max(MIN_TEXT_WIDTH, terminal.columns().getAsInt() - width);
        List<String> lines = terminal.present() ? DisplayWidth.wrap(text, columns) : List.of(text);
        out.println(label + lines.get(0));
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(width) + line));
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
