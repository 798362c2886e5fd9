package org.finetune.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.finetune.data.hygiene.ClassCount;
import org.finetune.data.hygiene.DataReport;
import org.finetune.data.hygiene.DuplicateGroup;
import org.finetune.data.hygiene.PictureSizes;
import org.finetune.data.hygiene.Severity;

/** What {@code finetune check} prints for people. */
final class CheckReport {
    private static final int GROUPS_SHOWN = 5;
    private static final int IMAGES_SHOWN = 4;
    private static final int FILES_SHOWN = 10;

    private final DataReport report;

    CheckReport(DataReport report) {
        this.report = report;
    }

    void print(PrintWriter out) {
        printClasses(out);
        printPictures(out);
        printBad(out);
        printGroups("Copies in different classes", group -> group.exact() && group.acrossClasses(), out);
        printGroups(
                "Copies in training and validation",
                group -> group.exact() && !group.acrossClasses() && group.acrossSides(),
                out);
        printGroups(
                "Copies in the same class",
                group -> group.exact() && !group.acrossClasses() && !group.acrossSides(),
                out);
        printGroups("Alike in different classes", group -> !group.exact() && group.acrossClasses(), out);
        printGroups(
                "Alike in training and validation",
                group -> !group.exact() && !group.acrossClasses() && group.acrossSides(),
                out);
        printGroups(
                "Alike in the same class",
                group -> !group.exact() && !group.acrossClasses() && !group.acrossSides(),
                out);
        printFindings(out);
        out.flush();
    }

    private void printClasses(PrintWriter out) {
        TextTable table = new TextTable("class", ">training", ">validation");
        for (ClassCount row : report.classes()) {
            table.row(row.name(), row.train(), row.validation());
        }
        table.row("all", report.trainImages(), report.validationImages());
        table.print(out);
        out.println();
    }

    private void printPictures(PrintWriter out) {
        PictureSizes sizes = report.sizes();
        if (sizes == null) {
            return;
        }
        out.println("Formats  "
                + report.formats().entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        out.println(String.format(
                Locale.ROOT,
                "Sizes    width %d to %d (median %d), height %d to %d (median %d) pixels",
                sizes.minWidth(),
                sizes.maxWidth(),
                sizes.medianWidth(),
                sizes.minHeight(),
                sizes.maxHeight(),
                sizes.medianHeight()));
        out.println();
    }

    private void printBad(PrintWriter out) {
        if (report.bad().isEmpty()) {
            return;
        }
        out.println("Files that cannot be used: " + report.bad().size());
        report.bad().stream()
                .limit(FILES_SHOWN)
                .forEach(file -> out.println("  " + Printable.of(file.path()) + ": " + file.reason()));
        printMore(report.bad().size() - FILES_SHOWN, out);
        out.println();
    }

    private void printGroups(String title, Predicate<DuplicateGroup> wanted, PrintWriter out) {
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
            out.println(group.images().stream()
                            .limit(IMAGES_SHOWN)
                            .map(image -> Printable.of(image.path()))
                            .collect(Collectors.joining("  ", "  ", ""))
                    + more);
        }
        printMore(groups.size() - GROUPS_SHOWN, out);
        out.println();
    }

    private static void printMore(int more, PrintWriter out) {
        if (more > 0) {
            out.println("  and " + more + " more (--format json lists all)");
        }
    }

    private void printFindings(PrintWriter out) {
        report.findings()
                .forEach(finding -> out.println(String.format(
                                Locale.ROOT, "%-8s", finding.severity().name().toLowerCase(Locale.ROOT))
                        + Printable.of(finding.message())));
        long errors = report.findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .count();
        long warnings = report.findings().size() - errors;
        out.println(
                errors + warnings == 0
                        ? "Nothing was found."
                        : count(errors, "error") + ", " + count(warnings, "warning"));
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
