package org.finetune.spark;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkException;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.Printable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code finetune-spark}, which {@code spark-submit} starts. */
@Command(
        name = "finetune-spark",
        description = "Runs finetune on a cluster with Apache Spark.",
        subcommands = {PredictCommand.class, FeaturesCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Options for spark-submit, such as --master, come before COMMAND.",
            "Run 'finetune-spark COMMAND --help' for the options of a command."
        })
public final class Main implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused")
    private boolean help;

    @Spec
    private CommandSpec spec;

    /** Runs a command and ends the process with finetune's exit codes. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        int code = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> {
                    say(e.getMessage());
                    return ExitCode.USAGE.code();
                })
                .setExecutionExceptionHandler((e, line, parsed) -> report(e))
                .execute(arguments);
        // In a cluster's own driver, even exit(0) may be taken for a failure.
        if (code == ExitCode.SUCCESS.code()) {
            return;
        }
        if (Session.isRunning()) {
            throw new IllegalStateException("finetune-spark has failed with exit code " + code + "; see above");
        }
        System.exit(code);
    }

    /** A failure in a task is a cause of the exception that ends the job. */
    private static int report(Exception failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FinetuneException known) {
                say(known.getMessage());
                return known.exitCode().code();
            }
            root = cause;
        }
        if (root instanceof SparkException) {
            // Its further lines are stack traces.
            String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
            say("Spark has given up (" + reason + "); see the logs of its executors, and run the same command again.");
            return ExitCode.BACKEND.code();
        }
        failure.printStackTrace();
        return ExitCode.UNEXPECTED.code();
    }

    /** Tells the user something, in a line. */
    static void say(String sentence) {
        System.err.println("finetune-spark: " + Printable.of(sentence));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.err);
        return ExitCode.USAGE.code();
    }
}
