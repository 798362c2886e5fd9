package org.finetune.cli;

import java.util.List;
import java.util.Locale;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.ConsoleProgress;
import org.finetune.cli.output.WeightsReport;
import org.finetune.model.Architecture;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.StoredWeights;
import org.finetune.weights.WeightsDirectories;
import org.finetune.weights.WeightsResolver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finetune weights}. */
@Command(
        name = "weights",
        description = {
            "Lists, downloads and verifies pretrained weights.",
            "",
            "For a machine without network access, download the weights on another machine and copy the file "
                    + "and its .sha256 from ~/.cache/finetune/weights to the same place."
        },
        footer = {"  finetune weights", "  finetune weights get --alpha 0.35", "  finetune weights check"})
final class WeightsCommand extends Subcommand {
    private static final String OFFICIAL_ONLY = "imagenet";

    /** What can be done with weights. */
    enum Action {
        LIST,
        GET,
        CHECK;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Parameters(
            arity = "0..1",
            paramLabel = "ACTION",
            defaultValue = "list",
            description = {
                "list the local files, get (download) the official file for a network, or check the contents of "
                        + "the local files: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}."
            })
    private Action action = Action.LIST;

    @Option(
            names = "--alpha",
            paramLabel = "<factor>",
            defaultValue = "1.0",
            description = "get: width multiplier of the network: 0.35, 0.5, 0.75, 1.0, 1.3 or 1.4. Default: "
                    + "${DEFAULT-VALUE}.")
    private double alpha;

    @Option(
            names = "--size",
            paramLabel = "<pixels>",
            defaultValue = "224",
            description = "get: input size of the network. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Override
    public Integer call() {
        switch (action) {
            case LIST -> WeightsReport.list(stored(), console());
            case GET -> get();
            case CHECK -> check();
        }
        return ExitCode.SUCCESS.code();
    }

    private static List<StoredWeights> stored() {
        return StoredWeights.in(WeightsDirectories.ofInstallation());
    }

    private void get() {
        require(
                Architecture.ALPHAS.contains(alpha),
                "--alpha must be one of " + Architecture.ALPHAS + ", not " + alpha);
        require(
                size >= Architecture.MIN_SIZE && size <= Architecture.MAX_SIZE,
                "--size must be from " + Architecture.MIN_SIZE + " to " + Architecture.MAX_SIZE + ", not " + size);
        Console console = console();
        try (ConsoleProgress progress = new ConsoleProgress(console)) {
            ResolvedWeights weights =
                    new WeightsResolver(OFFICIAL_ONLY, false, progress).resolve(Architecture.of(alpha, size));
            WeightsReport.found(weights, console);
        }
    }

    private void check() {
        int wrong = 0;
        List<StoredWeights> all = stored();
        for (StoredWeights weights : all) {
            try {
                WeightsReport.checked(weights, weights.check(), console());
            } catch (FinetuneException e) {
                wrong++;
                console().warning(e.getMessage());
            }
        }
        if (wrong > 0) {
            throw new FinetuneException(
                    ExitCode.MODEL,
                    wrong + " of " + all.size() + " weights files are unusable; see the warnings above.");
        }
    }
}
