package org.finetune.cli;

import java.util.List;
import org.finetune.ExitCode;
import org.finetune.Printable;
import org.finetune.backend.BackendOptions;
import org.finetune.cli.doctor.Diagnosis;
import org.finetune.cli.doctor.Examination;
import org.finetune.cli.output.Console;
import org.finetune.cli.terminal.DisplayWidth;
import org.finetune.cli.terminal.Terminal;
import org.finetune.settings.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code finetune doctor}. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine and suggests fixes.",
            "",
            "Exits with code 5 if finetune cannot work on this machine, or not with --backend."
        },
        footer = {"  finetune doctor", "  finetune doctor --backend cuda --device 1"})
final class DoctorCommand extends Subcommand {
    private static final int STATUS_WIDTH = 6;
    private static final int SUBJECT_WIDTH = 12;
    private static final int MIN_TEXT_WIDTH = 20;

    private SettingOptions options;

    @Spec
    void setSpec(CommandSpec spec) {
        options = SettingOptions.add(spec, List.of(Setting.BACKEND, Setting.DEVICE, Setting.THREADS));
    }

    @Override
    public Integer call() {
        BackendOptions backend = options.resolve().backend();
        Console console = console();
        boolean bad = false;
        for (Examination examination : Examination.all(backend)) {
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
