package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.finetune.cli.terminal.Terminal;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static final String SENTENCE = " on 250 validation photos (95% interval 82.0% to 90.5%)";

    @Test
    void resultsAreOneLineWhereThereIsNoTerminal() {
        assertEquals("Accuracy   86.8% top-1" + SENTENCE + System.lineSeparator(), print(Terminal.NONE));
    }

    @Test
    void resultsGoOnBelowOnANarrowTerminal() {
        String expected =
                """
                Accuracy   86.8% top-1 on 250 validation
                           photos (95% interval 82.0% to
                           90.5%)
                """;
        assertEquals(expected, print(new Terminal(true, true, false, () -> 40)));
    }

    @Test
    void onlyTheFigureIsSetOff() {
        Terminal terminal = new Terminal(true, true, true, () -> 200);
        assertEquals(
                "Accuracy   " + terminal.strong("86.8% top-1") + SENTENCE + System.lineSeparator(), print(terminal));
    }

    private static String print(Terminal terminal) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        new Console(writer, writer, false, terminal, terminal).result("Accuracy", "86.8% top-1", SENTENCE);
        return out.toString();
    }
}
