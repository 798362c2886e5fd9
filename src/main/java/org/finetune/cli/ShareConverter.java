package org.finetune.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the value of an option that is a share or a probability, from 0 to 1. */
final class ShareConverter implements ITypeConverter<Double> {

    @Override
    public Double convert(String text) {
        try {
            double share = Double.parseDouble(text);
            if (share >= 0 && share <= 1) {
                return share;
            }
        } catch (NumberFormatException e) {
            // It is refused like a number out of range.
        }
        throw new TypeConversionException("must be a number from 0 to 1, not '" + text + "'");
    }
}
