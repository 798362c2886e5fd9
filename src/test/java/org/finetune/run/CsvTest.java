package org.finetune.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void plainCellsStayAsTheyAre() {
        assertEquals("a b,c.jpg,,-1.5,2\n", Csv.line(List.of("a b", "c.jpg", "", -1.5, 2)));
    }

    @Test
    void separatorsQuotesAndLineEndsAreQuoted() {
        assertEquals("\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\"\n", Csv.line(List.of("a,b", "a\"b", "a\nb", "a\rb")));
    }

    @Test
    void whatIsBehindAFirstApostropheIsAlwaysTheText() {
        for (String text : List.of("-1", "'-1", "''", "=a", "a'", "+", "@\n")) {
            String cell = Csv.line(List.of(text)).strip();
            String unquoted = cell.startsWith("\"") ? cell.substring(1, cell.length() - 1) : cell;
            assertEquals(text, unquoted.replaceFirst("^'", ""), cell);
        }
    }

    @Test
    void formulasInFullWidthAreDefusedToo() {
        assertEquals("\"'\uff1d1\",\"'\uff0b1\",\"'\n=1\"\n", Csv.line(List.of("\uff1d1", "\uff0b1", "\n=1")));
    }

    @Test
    void formulasAreDefused() {
        assertEquals(
                "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",\"'\tx\"\n", Csv.line(List.of("=1+1", "+1", "-1", "@x", "\tx")));
    }
}
