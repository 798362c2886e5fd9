package org.finetune.cli;

import java.util.concurrent.Callable;
import org.finetune.run.Interruption;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What all commands have in common: the look of their help, and what they share of the program. */
@Command(
        sortOptions = false,
        abbreviateSynopsis = true,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n")
abstract class Subcommand implements Callable<Integer> {
    @ParentCommand
    private Main main;

    /** Where the command prints. */
    final Console console() {
        return main.console();
    }

    /** What a command that can end early in good order asks. */
    final Interruption interruption() {
        return main.interruption();
    }
}
