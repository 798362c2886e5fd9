package org.finetune.tune;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.settings.NearestName;
import org.finetune.settings.Scope;
import org.finetune.settings.Setting;

/**
 * Reads what {@code --try} says: a setting, "=", and either values with commas between them, such as
 * {@code unfreeze=0,20,all}, or a range of numbers, such as {@code dropout=0..0.5}. After a range can follow, each after a
 * colon, {@code log} or {@code linear}, which say how it is divided, and how many values a grid takes of it:
 * {@code lr=1e-5..1e-3:log:5}. Without a word, learning rates are divided logarithmically and everything else linearly.
 */
final class DimensionParser {
    private static final Pattern RANGE = Pattern.compile("(.+?)\\.\\.([^:]+)((?::[^:]*)*)");
    private static final Pattern NUMBER = Pattern.compile("[-+0-9.eE]+");
    private static final int MAX_POINTS = 1000;

    private DimensionParser() {}

    /**
     * Reads one dimension.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is not as it should be
     */
    static Dimension parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw wrong(text, "must be a setting with values, such as unfreeze=0,20,60 or lr=1e-5..1e-3:log");
        }
        String key = text.substring(0, equals);
        Setting<?> setting = Setting.of(key)
                .orElseThrow(() ->
                        wrong(text, "is not a setting; did you mean '" + NearestName.to(key, triedNames()) + "'?"));
        if (!canBeTried(setting)) {
            throw wrong(
                    text,
                    "cannot be tried: " + key + " is the same for all trials of a sweep; what can be tried is "
                            + String.join(", ", triedNames()));
        }
        try {
            String values = text.substring(equals + 1);
            Matcher range = RANGE.matcher(values);
            return setting.type().isNumber() && range.matches()
                    ? range(setting, values, range)
                    : choice(setting, values);
        } catch (IllegalArgumentException e) {
            throw wrong(text, e.getMessage());
        }
    }

    private static Dimension choice(Setting<?> setting, String values) {
        // Values that are written in two ways, such as 0.001 and 1e-3, are one.
        Map<Object, String> different = new LinkedHashMap<>();
        for (String value : values.split(",", -1)) {
            different.putIfAbsent(setting.type().parse(value.strip(), Path.of("")), value.strip());
        }
        return new Dimension.Choice(setting, List.copyOf(different.values()));
    }

    private static Dimension range(Setting<?> setting, String text, Matcher parts) {
        double low = bound(setting, parts.group(1));
        double high = bound(setting, parts.group(2));
        boolean logarithmic = setting.type().isLogarithmic();
        int count = 0;
        for (String modifier : parts.group(3).split(":", -1)) {
            switch (modifier) {
                case "" -> check(parts.group(3).isEmpty() || !parts.group(3).endsWith(":"), "ends with a colon");
                case "log" -> logarithmic = true;
                case "linear" -> logarithmic = false;
                default -> count = count(modifier);
            }
        }
        check(low < high, "must go from a number to a larger one");
        check(!logarithmic || low > 0, "cannot be logarithmic from 0 on");
        NumberRange numbers =
                new NumberRange(low, high, logarithmic, setting.type().isWhole());
        return count == 0
                ? new Dimension.Range(setting, text, numbers)
                : new Dimension.Choice(setting, numbers.points(count));
    }

    private static double bound(Setting<?> setting, String text) {
        setting.type().parse(text.strip(), Path.of(""));
        check(NUMBER.matcher(text.strip()).matches(), "has the bound '" + text.strip() + "', which is no number");
        return Double.parseDouble(text.strip());
    }

    private static int count(String text) {
        boolean number = text.matches("\\d{1,4}");
        int count = number ? Integer.parseInt(text) : 0;
        check(
                number && count >= 2 && count <= MAX_POINTS,
                "has ':" + text + "' after the range; use :log, :linear or a number of values from 2 to " + MAX_POINTS);
        return count;
    }

    private static List<String> triedNames() {
        return Setting.all().stream()
                .filter(DimensionParser::canBeTried)
                .map(Setting::key)
                .sorted()
                .toList();
    }

    private static boolean canBeTried(Setting<?> setting) {
        return setting.scope() != Scope.RUN;
    }

    private static void check(boolean right, String message) {
        if (!right) {
            throw new IllegalArgumentException(message);
        }
    }

    private static FinetuneException wrong(String text, String problem) {
        return new FinetuneException(
                ExitCode.USAGE, "--try " + text + " " + problem + (problem.endsWith("?") ? "" : "."));
    }

    /** Reads all dimensions of a sweep. */
    static List<Dimension> parseAll(List<String> texts) {
        Map<Setting<?>, Dimension> dimensions = new LinkedHashMap<>();
        for (String text : texts) {
            Dimension dimension = parse(text);
            if (dimensions.putIfAbsent(dimension.setting(), dimension) != null) {
                throw wrong(text, "names " + dimension.setting() + " a second time; put all its values into one --try");
            }
        }
        return List.copyOf(dimensions.values());
    }
}
