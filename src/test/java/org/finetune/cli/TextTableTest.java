package org.finetune.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.finetune.cli.terminal.Terminal;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static String print(Terminal terminal) {
        TextTable table = new TextTable("class", ">images");
        table.row("花の名前", 5);
        table.row("a very long name of a class", 1234);
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), terminal);
        return text.toString();
    }

    @Test
    void filesAndPipesGetEveryCellWhole() {
        assertEquals(
                """
                class                        images
                花の名前                          5
                a very long name of a class    1234
                """,
                print(Terminal.NONE));
    }

    @Test
    void widestColumnGivesWayInANarrowWindow() {
        assertEquals(
                """
                class         images
                花の名前           5
                a very long…    1234
                """,
                print(new Terminal(true, true, false, () -> 20)));
        assertEquals(
                """
                class     images
                花の名前       5
                a ver...    1234
                """,
                print(new Terminal(true, false, false, () -> 3)));
    }
}
