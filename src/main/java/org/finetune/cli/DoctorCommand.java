package org.finetune.cli;

import org.finetune.ExitCode;
import org.finetune.Printable;
import org.finetune.cli.doctor.Diagnosis;
import org.finetune.cli.doctor.Examination;
import org.finetune.cli.output.Console;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;
import picocli.CommandLine.Command;

/** {@code finetune doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine and suggests fixes.",
            "",
            "Exits with code 5 if finetune cannot work on this machine."
        },
        footer = {"  finetune doctor"})
final class DoctorCommand extends Subcommand {
    private static final int STATUS_WIDTH = 6;
    private static final int SUBJECT_WIDTH = 12;
    private static final int MIN_TEXT_WIDTH = 20;

    @Override
    public Integer call() {
        Console console = console();
        boolean bad = false;
        for (Examination examination : Examination.all()) {
            for (Diagnosis finding : examination.examine()) {
                print(finding, console);
                bad |= finding.status() == Diagnosis.Status.BAD;
            }
        }
        return (bad ? ExitCode.BACKEND : ExitCode.SUCCESS).code();
    }

    private static void print(Diagnosis finding, Console console) {
        Terminal terminal = console.outTerminal();
        String status = String.format("%-" + STATUS_WIDTH + "s", finding.status());
        String start =
                switch (finding.status()) {
                            case OK -> terminal.good(status);
                            case WARN -> terminal.caution(status);
                            case BAD -> terminal.bad(status);
                        }
                        + DisplayWidth.padRight(finding.subject(), SUBJECT_WIDTH);
        print(start, finding.text(), console);
        if (!finding.remedy().isEmpty()) {
            print(" ".repeat(STATUS_WIDTH + SUBJECT_WIDTH), finding.remedy(), console);
        }
    }

    private static void print(String start, String text, Console console) {
        int columns =
                Math.max(MIN_TEXT_WIDTH, console.outTerminal().columns().getAsInt() - STATUS_WIDTH - SUBJECT_WIDTH);
        String next = System.lineSeparator() + " ".repeat(STATUS_WIDTH + SUBJECT_WIDTH);
        console.out().println(start + String.join(next, DisplayWidth.wrap(Printable.of(text), columns)));
    }
}
