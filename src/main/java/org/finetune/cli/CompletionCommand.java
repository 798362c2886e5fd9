package org.finetune.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.finetune.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code finetune completion}. */
@Command(
        name = "completion",
        sortOptions = false,
        abbreviateSynopsis = true,
        parameterListHeading = "%nArguments:%n",
        optionListHeading = "%nOptions:%n",
        description = {
            "Prints a script that lets a shell complete commands, options, their values and paths.",
            "",
            "Load it in ~/.bashrc or ~/.zshrc as the examples show."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(finetune completion bash)",
            "  source <(finetune completion zsh)",
            "  finetune completion bash > ~/.local/share/bash-completion/completions/finetune"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Shells whose completion is known. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @ParentCommand
    private Main main;

    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        // Picocli's script for bash sets zsh up for itself where that is what reads it.
        main.console()
                .out()
                .print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        main.console().out().flush();
        return ExitCode.SUCCESS.code();
    }
}
