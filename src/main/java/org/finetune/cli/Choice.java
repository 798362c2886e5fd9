package org.finetune.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Converts the values of an option that is one of some words: the constants of an enum as it writes them.
 *
 * @param type the enum
 */
record Choice<E extends Enum<E>>(Class<E> type) implements ITypeConverter<E> {

    @Override
    public E convert(String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("must be one of "
                        + words().stream().collect(Collectors.joining(", ")) + ", not '" + text + "'"));
    }

    /** All words. */
    List<String> words() {
        return Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList();
    }
}
