package org.finetune.cli.output;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.finetune.Printable;

/** A log message, which may have names of files in it, as one line that is safe to print: {@code %printable} in patterns. */
public final class PrintableMessageConverter extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        return Printable.of(super.convert(event));
    }
}
