package org.finetune.cli;

import java.util.concurrent.Callable;
import org.finetune.cli.output.Console;
import org.finetune.run.Interruption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec specification;

    /** Where the command prints. */
    final Console console() {
        return main.console();
    }

    /** What a command that can end early in good order asks. */
    final Interruption interruption() {
        return main.interruption();
    }

    /** Refuses the command line unless a condition holds, with a message that names the option. */
    final void require(boolean right, String message) {
        if (!right) {
            throw new ParameterException(specification.commandLine(), message);
        }
    }
}
