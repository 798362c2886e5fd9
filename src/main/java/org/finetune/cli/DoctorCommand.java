package org.finetune.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.finetune.ExitCode;
import org.finetune.cli.doctor.Examination;
import org.finetune.cli.doctor.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code finetune doctor}. */
@Command(
        name = "doctor",
        sortOptions = false,
        abbreviateSynopsis = true,
        description = {
            "Looks at the machine and says what is good, what is not, and what to do about it.",
            "",
            "Ends with exit code 5 if something is bad, that is, if finetune cannot work.",
            ""
        },
        footer = {"", "Examples:", "  finetune doctor"})
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    @Override
    public Integer call() {
        PrintWriter out = main.console().out();
        boolean bad = false;
        for (Examination examination : Examination.all()) {
            for (Finding finding : examination.examine()) {
                print(out, finding);
                bad |= finding.status() == Finding.Status.BAD;
            }
        }
        return (bad ? ExitCode.BACKEND : ExitCode.SUCCESS).code();
    }

    private static void print(PrintWriter out, Finding finding) {
        out.printf("%-4s  %-10s  %s%n", finding.status(), finding.subject(), Printable.of(finding.text()));
        if (!finding.remedy().isEmpty()) {
            out.printf("%18s%s%n", "", Printable.of(finding.remedy()));
        }
    }
}
