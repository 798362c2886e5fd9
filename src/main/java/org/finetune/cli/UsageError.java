package org.finetune.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.finetune.data.UrlArgument;
import org.finetune.settings.NearestName;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what is wrong with a command line, and where to look. */
final class UsageError {
    private static final int MAX_SUGGESTIONS = 3;
    private static final String DASHES = "--";
    private static final String DATA = "--data";

    private final CommandLine command;
    private final CommandSpec spec;
    private final String help;

    private UsageError(CommandLine command) {
        this.command = command;
        this.spec = command.getCommandSpec();
        this.help = "'" + spec.qualifiedName() + " --help'";
    }

    /**
     * Makes the sentence.
     *
     * @param arguments the whole command line
     */
    static String sentence(ParameterException e, String... arguments) {
        return new UsageError(e.getCommandLine()).of(e, arguments);
    }

    private String of(ParameterException e, String... arguments) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = UrlArgument.withoutSecrets(unmatched.getUnmatched().get(0));
            return unmatched.isUnknownOption() ? unknownOption(first) : unknownArgument(first);
        }
        if (e instanceof MissingParameterException) {
            // What is missing may be there, but mistyped.
            Optional<String> mistyped = mistypedOption(arguments);
            if (mistyped.isPresent()) {
                return unknownOption(mistyped.get());
            }
        }
        String problem = problem(e);
        return problem + (problem.endsWith("?") ? " " : "; ") + help + " shows more.";
    }

    private Optional<String> mistypedOption(String... arguments) {
        return Stream.of(arguments)
                .takeWhile(argument -> !argument.equals(DASHES))
                .filter(argument -> argument.startsWith(DASHES) || (argument.startsWith("-") && isFile(argument)))
                .filter(argument -> !options().contains(nameOf(argument)))
                .findFirst();
    }

    private String unknownOption(String argument) {
        if (isFile(argument)) {
            return "'" + argument + "' looks like an option because it begins with a dash; for a file, write './"
                    + argument + "'.";
        }
        String name = nameOf(argument);
        List<String> likely = NearestName.likely(
                name.replaceFirst("^-+", ""),
                options().stream().map(option -> option.replaceFirst("^-+", "")).toList());
        return "Unknown option '" + name + "'; "
                + suggestion(likely.stream().map(option -> DASHES + option).toList());
    }

    private static boolean isFile(String argument) {
        try {
            return Files.exists(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private String unknownArgument(String argument) {
        if (argument.isEmpty()) {
            return "An argument must be a path, not ''; " + help + " shows more.";
        }
        if (spec.optionsMap().containsKey(DATA)) {
            return "'" + argument + "' is an unexpected argument; did you mean " + DATA + " " + argument + "? " + help
                    + " shows more.";
        }
        if (command.getSubcommands().isEmpty()) {
            return "'" + argument + "' is an unexpected argument; " + suggestion(List.of());
        }
        return "Unknown command '" + argument + "'; "
                + suggestion(
                        NearestName.likely(argument, command.getSubcommands().keySet()));
    }

    private String suggestion(List<String> likely) {
        if (likely.isEmpty()) {
            return help + " lists them.";
        }
        return likely.stream()
                .limit(MAX_SUGGESTIONS)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(" or ", "did you mean ", " (" + help + " shows all)?"));
    }

    /** The long names of the options, negative forms among them. */
    private Collection<String> options() {
        Collection<String> names = new TreeSet<>(spec.optionsMap().keySet());
        names.addAll(spec.negatedOptionsMap().keySet());
        names.removeIf(name -> !name.startsWith(DASHES));
        return names;
    }

    /** An option without its value. */
    private static String nameOf(String argument) {
        return argument.startsWith("-") && argument.contains("=")
                ? argument.substring(0, argument.indexOf('='))
                : argument;
    }

    private static String problem(ParameterException e) {
        ArgSpec argument = e.getArgSpec();
        if (argument == null || !(e.getCause() instanceof TypeConversionException conversion)) {
            return e.getMessage();
        }
        String name = argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
        boolean number = argument.type() == int.class || argument.type() == Integer.class;
        return name + " " + (number ? "must be a whole number, not '" + e.getValue() + "'" : conversion.getMessage());
    }
}
