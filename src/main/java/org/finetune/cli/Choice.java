package org.finetune.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the values of an option that is one of some words: the constants of an enum in lower case.
 *
 * @param type the enum
 */
record Choice<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

    @Override
    public E convert(String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be one of "
                        + words().stream().collect(Collectors.joining(", ")) + ", not '" + text + "'"));
    }

    /** All words. */
    List<String> words() {
        return Arrays.stream(type.getEnumConstants()).map(Choice::word).toList();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
