package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.finetune.cli.terminal.Terminal;
import org.junit.jupiter.api.Test;

class TextTableTest {
    private static String print(Terminal terminal) {
        TextTable table = new TextTable("class", ">photos");
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
                class                        photos
                花の名前                          5
                a very long name of a class    1234
                """,
                print(Terminal.NONE));
    }

    @Test
    void columnsOfTheSameWidthGiveWayTogetherAndPathsKeepTheirEnds() {
        TextTable table = new TextTable("setting", "/A", "/B");
        table.row("data", "/photos/of/flowers/1", "/photos/of/flowers/2");
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), new Terminal(true, true, false, () -> 35));
        assertEquals(
                """
                setting  A             B
                data     …f/flowers/1  …f/flowers/2
                """,
                text.toString());
    }

    @Test
    void columnsThatMatterLittleAreLeftOutFirst() {
        TextTable table = new TextTable(">trial", ">lr", "kept", ">seconds");
        table.canDoWithout("seconds", "trial");
        table.row(1, "1e-5", "fine-tune", "10.1");
        for (Map.Entry<Integer, String> window : Map.of(
                        31, "trial    lr  kept       seconds",
                        29, "trial    lr  kept",
                        20, "  lr  kept",
                        12, "  lr  kept")
                .entrySet()) {
            StringWriter text = new StringWriter();
            table.print(new PrintWriter(text), new Terminal(true, true, false, window::getKey));
            assertEquals(window.getValue(), text.toString().lines().findFirst().orElseThrow());
        }
    }

    @Test
    void numbersStayWhole() {
        TextTable table = new TextTable("class", ">parameters", ">F1");
        table.row("sunflowers", "12,345,678", "0.5");
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), new Terminal(true, true, false, () -> 10));
        assertEquals(
                """
                class     parameters   F1
                sunflow…  12,345,678  0.5
                """,
                text.toString());
    }

    @Test
    void widestColumnGivesWayInANarrowWindow() {
        assertEquals(
                """
                class         photos
                花の名前           5
                a very long…    1234
                """,
                print(new Terminal(true, true, false, () -> 20)));
        assertEquals(
                """
                class     photos
                花の名前       5
                a ver...    1234
                """,
                print(new Terminal(true, false, false, () -> 3)));
    }
}
