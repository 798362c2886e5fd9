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
    void separatorsAndQuotesAreQuoted() {
        assertEquals("\"a,b\",\"a\"\"b\"\n", Csv.line(List.of("a,b", "a\"b")));
    }

    @Test
    void controlCharactersLineEndsAndChangesOfDirectionAreEscaped() {
        assertEquals(
                "a\\u000ab,\\u000d\\u001b[31m,\\u0009x,a\\u202egpj.exe\n",
                Csv.line(List.of("a\nb", "\r\u001b[31m", "\tx", "a\u202egpj.exe")));
    }

    @Test
    void whatIsBehindAFirstApostropheIsAlwaysTheText() {
        for (String text : List.of("-1", "'-1", "''", "=a", "a'", "+", "@x")) {
            String cell = Csv.line(List.of(text)).strip();
            String unquoted = cell.startsWith("\"") ? cell.substring(1, cell.length() - 1) : cell;
            assertEquals(text, unquoted.replaceFirst("^'", ""), cell);
        }
    }

    @Test
    void formulasInFullWidthAreDefusedToo() {
        assertEquals("\"'\uff1d1\",\"'\uff0b1\"\n", Csv.line(List.of("\uff1d1", "\uff0b1")));
    }

    @Test
    void formulasAreDefused() {
        assertEquals("\"'=1+1\",\"'+1\",\"'-1\",\"'@x\"\n", Csv.line(List.of("=1+1", "+1", "-1", "@x")));
    }
}
