package org.finetune.cli;

import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one sentence what is wrong with a command line, and where to look. */
final class UsageError {
    private static final int MAX_SUGGESTIONS = 3;

    private UsageError() {}

    static String sentence(ParameterException e) {
        CommandLine command = e.getCommandLine();
        String help = "'" + command.getCommandSpec().qualifiedName() + " --help'";
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return problem(e) + "; " + help + " shows more.";
        }
        List<String> suggestions =
                unmatched.getSuggestions().stream().limit(MAX_SUGGESTIONS).toList();
        return unknown(unmatched, command) + "; "
                + (suggestions.isEmpty()
                        ? help + " shows what there is."
                        : "did you mean " + alternatives(suggestions) + " (" + help + " shows all)?");
    }

    private static String unknown(UnmatchedArgumentException e, CommandLine command) {
        String first = "'" + e.getUnmatched().get(0) + "'";
        if (e.isUnknownOption()) {
            return "There is no option " + first;
        }
        return command.getSubcommands().isEmpty() ? first + " is an argument too many" : "There is no command " + first;
    }

    private static String alternatives(List<String> suggestions) {
        return suggestions.stream().map(suggestion -> "'" + suggestion + "'").collect(Collectors.joining(" or "));
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
