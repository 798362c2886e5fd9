package org.finetune.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.finetune.ExitCode;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code finetune completion}. */
@Command(
        name = "completion",
        description = {
            "Prints a shell script that completes commands, options, values and paths.",
            "",
            "Load it in ~/.bashrc or ~/.zshrc, as shown in the examples."
        },
        footer = {
            "  source <(finetune completion bash)",
            "  source <(finetune completion zsh)",
            "  finetune completion bash > ~/.local/share/bash-completion/completions/finetune"
        })
final class CompletionCommand extends Subcommand {
    /** Shells whose completion is known. */
    enum Shell {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(paramLabel = "SHELL", description = "The shell: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("unused")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        // Picocli's script for bash sets zsh up for itself where that is what reads it.
        console().out().print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        console().out().print(valuesAfterEquals());
        console().out().flush();
        return ExitCode.SUCCESS.code();
    }

    private static String valuesAfterEquals() {
        try (InputStream script = CompletionCommand.class.getResourceAsStream("completion.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
