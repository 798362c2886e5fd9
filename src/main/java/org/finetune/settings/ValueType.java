package org.finetune.settings;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.finetune.HomeDirectory;

/**
 * How the values of a setting are written on the command line and in YAML, and which are allowed.
 *
 * @param <T> type of the value
 */
public final class ValueType<T> {

    /** What a value is in YAML. */
    enum Form {
        TEXT,
        PATH,
        NUMBER,
        WHOLE_NUMBER,
        WHOLE_NUMBER_OR_TEXT,
        TRUTH
    }

    private static final Pattern DURATION = Pattern.compile("(?:(\\d{1,4})h)?(?:(\\d{1,5})m)?(?:(\\d{1,6})s)?");
    private static final int LONGEST_SHOWN = 200;

    private final Form form;
    private final String expected;
    private final List<String> words;
    private final BiFunction<String, Path, T> parser;
    private final Function<T, String> formatter;
    private final boolean logarithmic;

    private ValueType(Form form, String expected, BiFunction<String, Path, T> parser, Function<T, String> formatter) {
        this(form, expected, List.of(), parser, formatter, false);
    }

    /**
     * Describes a type.
     *
     * @param expected which values are allowed, for the message about others
     * @param words values to offer; empty where there are too many
     * @param parser makes a value of a text and the directory that relative paths start from, or throws
     *     IllegalArgumentException
     * @param formatter writes a value so that the parser reads it back
     * @param logarithmic whether equal ratios of values are steps of equal size
     */
    private ValueType(
            Form form,
            String expected,
            List<String> words,
            BiFunction<String, Path, T> parser,
            Function<T, String> formatter,
            boolean logarithmic) {
        this.form = form;
        this.expected = expected;
        this.words = words;
        this.parser = parser;
        this.formatter = formatter;
        this.logarithmic = logarithmic;
    }

    /**
     * Reads a value.
     *
     * @param base directory that relative paths start from; the empty path for the working directory
     * @throws IllegalArgumentException if the value is not allowed; the message goes on after the setting's name, such
     *     as "must be a whole number from 1 to 9, not 'x'"
     */
    public T parse(String text, Path base) {
        try {
            return parser.apply(text, base);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be " + expected + ", not '" + shortened(text) + "'", e);
        }
    }

    /** A value for a message. */
    static String shortened(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    /** The value as it would be written; {@link #parse} reads it back. "none" for an absent one. */
    public String format(T value) {
        return formatter.apply(value);
    }

    /** Values to offer to somebody who writes one; none where there are too many. */
    public List<String> words() {
        return words;
    }

    /** Whether the values are paths. */
    public boolean isPath() {
        return form == Form.PATH;
    }

    /** Whether the values are numbers, or one word besides numbers. */
    public boolean isNumber() {
        return form == Form.NUMBER || isWhole();
    }

    /** Whether the values are whole numbers, or one word besides those. */
    public boolean isWhole() {
        return form == Form.WHOLE_NUMBER || form == Form.WHOLE_NUMBER_OR_TEXT;
    }

    /** Whether equal ratios of values are steps of equal size, so that a range is divided logarithmically. */
    public boolean isLogarithmic() {
        return logarithmic;
    }

    Form form() {
        return form;
    }

    /** Which values are allowed, such as "a whole number from 1 to 9". */
    String expected() {
        return expected;
    }

    /** The same values, or none. */
    static <T> ValueType<Optional<T>> optional(ValueType<T> type) {
        return new ValueType<>(
                type.form,
                type.expected,
                type.words,
                (text, base) -> Optional.of(type.parser.apply(text, base)),
                value -> value.map(type.formatter).orElse("none"),
                type.logarithmic);
    }

    /** The same values, whose ranges are divided logarithmically. */
    ValueType<T> onLogScale() {
        return new ValueType<>(form, expected, words, parser, formatter, true);
    }

    static ValueType<Integer> integer(int min, int max) {
        return new ValueType<>(
                Form.WHOLE_NUMBER,
                "a whole number from " + min + " to " + max,
                (text, base) -> integerWithin(text, min, max),
                String::valueOf);
    }

    /** A number of layers for each stage of phase 2. */
    static ValueType<Unfreezing> unfreezing() {
        return new ValueType<>(
                Form.WHOLE_NUMBER_OR_TEXT,
                "a whole number from 0 to 10000 or all, or several above 0 for as many stages, each larger than "
                        + "the one before"
                        + " (20,60,all)",
                (text, base) -> Unfreezing.parse(text),
                Unfreezing::toString);
    }

    private static Integer integerWithin(String text, int min, int max) {
        int value = Integer.parseInt(text);
        check(value >= min && value <= max);
        return value;
    }

    static ValueType<Long> longInteger() {
        return new ValueType<>(
                Form.WHOLE_NUMBER,
                "a whole number of at most 64 bits",
                (text, base) -> Long.valueOf(text),
                String::valueOf);
    }

    /** Numbers from {@code min}, which is allowed, to {@code max}, which is not. */
    static ValueType<Double> numberBelow(double min, double max) {
        return number(
                "a number of at least " + plain(min) + " and less than " + plain(max),
                value -> value >= min && value < max);
    }

    /** Numbers above {@code min}, which is not allowed, to {@code max}, which is. */
    static ValueType<Double> numberAbove(double min, double max) {
        return number(
                "a number greater than " + plain(min) + " and at most " + plain(max),
                value -> value > min && value <= max);
    }

    /** Numbers between {@code min} and {@code max}, neither of which is allowed. */
    static ValueType<Double> numberBetween(double min, double max) {
        return number(
                "a number greater than " + plain(min) + " and less than " + plain(max),
                value -> value > min && value < max);
    }

    /** Numbers from {@code min} to {@code max}. */
    static ValueType<Double> numberFromTo(double min, double max) {
        return number("a number from " + plain(min) + " to " + plain(max), value -> value >= min && value <= max);
    }

    static ValueType<Double> numberOf(List<Double> allowed) {
        List<String> words = allowed.stream().map(String::valueOf).toList();
        return number("one of " + joined(words), words, allowed::contains);
    }

    private static ValueType<Double> number(String expected, Predicate<Double> allowed) {
        return number(expected, List.of(), allowed);
    }

    private static ValueType<Double> number(String expected, List<String> words, Predicate<Double> allowed) {
        return new ValueType<>(
                Form.NUMBER,
                expected,
                words,
                (text, base) -> {
                    Double value = Double.valueOf(text);
                    check(allowed.test(value));
                    return value;
                },
                ValueType::decimal,
                false);
    }

    /** A number without exponent: 0.00001 rather than 1.0E-5. */
    private static String decimal(double value) {
        String text = Double.toString(value);
        return text.contains("E") ? new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** Times from a second to some weeks, such as 90s, 5m, 1h or 1h30m. */
    static ValueType<Duration> duration() {
        return new ValueType<>(
                Form.TEXT,
                "a time such as 90s, 5m, 1h or 1h30m",
                (text, base) -> {
                    Matcher parts = DURATION.matcher(text);
                    check(parts.matches());
                    Duration duration = Duration.ofHours(number(parts.group(1)))
                            .plusMinutes(number(parts.group(2)))
                            .plusSeconds(number(parts.group(3)));
                    check(duration.toSeconds() > 0);
                    return duration;
                },
                ValueType::text);
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** A time as people write it: 90s is 1m30s. */
    public static String text(Duration duration) {
        StringBuilder text = new StringBuilder();
        text.append(duration.toHours() > 0 ? duration.toHours() + "h" : "");
        text.append(duration.toMinutesPart() > 0 ? duration.toMinutesPart() + "m" : "");
        return text.append(duration.toSecondsPart() > 0 || text.isEmpty() ? duration.toSecondsPart() + "s" : "")
                .toString();
    }

    static ValueType<Boolean> truth() {
        return new ValueType<>(
                Form.TRUTH,
                "true or false",
                (text, base) -> {
                    check(text.equals("true") || text.equals("false"));
                    return Boolean.valueOf(text);
                },
                String::valueOf);
    }

    /** Paths; "~" at the beginning is the user's home directory. */
    static ValueType<Path> path() {
        return new ValueType<>(Form.PATH, "a path", ValueType::path, Path::toString);
    }

    /** The path of a directory, which need not be there yet. */
    static ValueType<Path> directory() {
        return new ValueType<>(Form.PATH, "a directory", ValueType::directory, Path::toString);
    }

    private static Path directory(String text, Path base) {
        Path path = path(text, base);
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IllegalArgumentException();
        }
        return path;
    }

    /** One of some words, or the path of a file. */
    static ValueType<String> keywordOrFile(String... keywords) {
        List<String> words = List.of(keywords);
        return new ValueType<>(
                Form.TEXT,
                joined(words) + " or a path",
                words,
                (text, base) -> words.contains(text) ? text : path(text, base).toString(),
                Function.identity(),
                false);
    }

    private static Path path(String text, Path base) {
        check(!text.isBlank());
        if (text.equals("~") || text.startsWith("~/")) {
            return Path.of(HomeDirectory.get().toString(), text.substring(1));
        }
        return base.resolve(text);
    }

    /** A regular expression of Java's. {@link PatternSyntaxException} is an {@link IllegalArgumentException}. */
    static ValueType<String> regularExpression() {
        return new ValueType<>(
                Form.TEXT,
                "a regular expression",
                (text, base) -> Pattern.compile(text).pattern(),
                Function.identity());
    }

    /** A constant of an enum, in lower case. */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        Function<E, String> formatter = constant -> constant.name().toLowerCase(Locale.ROOT);
        List<E> constants = Arrays.asList(type.getEnumConstants());
        List<String> words = constants.stream().map(formatter).toList();
        return new ValueType<>(
                Form.TEXT,
                "one of " + joined(words),
                words,
                (text, base) -> constants.stream()
                        .filter(constant -> formatter.apply(constant).equals(text))
                        .findFirst()
                        .orElseThrow(IllegalArgumentException::new),
                formatter,
                false);
    }

    private static void check(boolean allowed) {
        if (!allowed) {
            throw new IllegalArgumentException();
        }
    }

    private static String joined(List<String> words) {
        return words.stream().collect(Collectors.joining(", "));
    }
}
