package org.finetune.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.cli.output.Console;
import org.finetune.cli.output.PredictionFormat;
import org.finetune.cli.output.StandardOutput;
import org.finetune.cli.terminal.ColorWhen;
import org.finetune.cli.terminal.Terminal;
import org.finetune.data.SplitPart;
import org.finetune.data.decode.process.NativeDecoder;
import org.finetune.export.Layout;
import org.finetune.run.Interruption;
import org.finetune.serve.http.AccessLog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code finetune}. Neither this class nor those of the commands may refer to ND4J, OpenCV or the logging in
 * fields or static initializers: {@code --help} and {@code --version} have to answer at once.
 */
@Command(
        name = "finetune",
        versionProvider = Versions.class,
        description = "Turns a folder of photos into an image classifier by fine-tuning a pretrained MobileNetV2.",
        subcommands = {
            CheckCommand.class,
            TrainCommand.class,
            SweepCommand.class,
            FindLrCommand.class,
            ResumeCommand.class,
            EvaluateCommand.class,
            PredictCommand.class,
            ServeCommand.class,
            ExportCommand.class,
            CompareCommand.class,
            RenameCommand.class,
            InfoCommand.class,
            WeightsCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  finetune train --data ~/photos/flowers --out runs/flowers",
            "  finetune evaluate runs/flowers --data ~/photos/flowers/val",
            "  finetune predict runs/flowers photo.jpg more-photos/ --top 3",
            "",
            "Run 'finetune COMMAND --help' for the options of a command."
        })
public final class Main implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            order = 100,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print version information and exit.")
    @SuppressWarnings("unused")
    private boolean version;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = 101,
            description = "Show the log, and stack traces of errors.")
    private boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            order = 102,
            description = "Show only warnings and results.")
    private boolean quiet;

    @Option(
            names = "--color",
            paramLabel = "<when>",
            scope = ScopeType.INHERIT,
            order = 103,
            defaultValue = "auto",
            description = "Coloured output: auto (on a terminal), always or never. Default: auto.")
    private ColorWhen color = ColorWhen.AUTO;

    private final Interruption interruption = new Interruption(this::reportAtOnce);

    private CommandSpec spec;

    @Spec
    void setSpec(CommandSpec spec) {
        this.spec = spec;
        Map<String, String> exitCodes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values())
                .forEach(exitCode -> exitCodes.put(Integer.toString(exitCode.code()), exitCode.meaning()));
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(exitCodes);
    }

    public static void main(String[] arguments) {
        int exitCode = execute(arguments);
        // Java would wait 0.3 s for the threads that listen to the decoder's process.
        NativeDecoder.INSTANCE.close();
        System.exit(exitCode);
    }

    /** Runs a command with the standard streams of this process and returns the exit code. */
    static int execute(String... arguments) {
        return execute(StandardOutput.open(), new PrintWriter(System.err, true, Charset.defaultCharset()), arguments);
    }

    /**
     * Runs a command and returns the exit code.
     *
     * @param out gets what the command prints to standard output
     * @param err gets what it prints to standard error
     */
    static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        Locale.setDefault(Locale.ROOT);
        Main main = new Main();
        int code = main.run(out, err, arguments);
        main.interruption.end(code);
        return code;
    }

    private int run(PrintWriter out, PrintWriter err, String... arguments) {
        CommandLine line = commandLine();
        line.setOut(out);
        line.setErr(err);
        try {
            int code = line.execute(arguments);
            line.getOut().flush();
            return code;
        } catch (FinetuneException | Error e) {
            // Picocli passes on errors, such as OutOfMemoryError, as they are.
            return errors().report(e);
        } finally {
            line.getErr().flush();
        }
    }

    private CommandLine commandLine() {
        CommandLine line = new CommandLine(this);
        line.registerConverter(Path.class, new PathConverter());
        line.registerConverter(ColorWhen.class, new Choice<>(ColorWhen.class));
        line.registerConverter(CompletionCommand.Shell.class, new Choice<>(CompletionCommand.Shell.class));
        line.registerConverter(FormatOption.Format.class, new Choice<>(FormatOption.Format.class));
        line.registerConverter(CompareCommand.Format.class, new Choice<>(CompareCommand.Format.class));
        line.registerConverter(ExportFormat.class, new Choice<>(ExportFormat.class));
        line.registerConverter(Layout.class, new Choice<>(Layout.class));
        line.registerConverter(WeightsCommand.Action.class, new Choice<>(WeightsCommand.Action.class));
        line.registerConverter(AccessLog.Format.class, new Choice<>(AccessLog.Format.class));
        line.registerConverter(PredictionFormat.class, new Choice<>(PredictionFormat.class));
        line.registerConverter(SplitPart.class, new Choice<>(SplitPart.class));
        line.setUsageHelpWidth(Terminal.helpColumns());
        line.setParameterExceptionHandler((e, arguments) -> errors().reportUsage(e, arguments));
        line.setExecutionExceptionHandler((e, failed, parsed) -> errors().report(e));
        line.setExecutionStrategy(parsed -> {
            setLogLevel();
            line.setColorScheme(
                    Help.defaultColorScheme(terminal(Terminal.Stream.STDOUT).ansi()));
            try {
                return new CommandLine.RunLast().execute(parsed);
            } catch (FinetuneException e) {
                // From the help or the version, which no command prints.
                return errors().report(e);
            }
        });
        return line;
    }

    private void reportAtOnce(FinetuneException failure) {
        errors().report(failure);
        spec.commandLine().getErr().flush();
    }

    private ErrorReport errors() {
        return new ErrorReport(spec.commandLine().getErr(), terminal(Terminal.Stream.STDERR), verbose);
    }

    /** Tells logback.xml, which is read when the first logger is made, what to show on the terminal. */
    private void setLogLevel() {
        System.setProperty("finetune.log.level", verbose ? "DEBUG" : quiet ? "ERROR" : "WARN");
    }

    /** Where commands print. */
    Console console() {
        return new Console(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                quiet,
                terminal(Terminal.Stream.STDOUT),
                terminal(Terminal.Stream.STDERR));
    }

    private Terminal terminal(Terminal.Stream stream) {
        return Terminal.of(stream, color);
    }

    /** What a command that can end early in good order asks. */
    Interruption interruption() {
        return interruption;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE.code();
    }
}
