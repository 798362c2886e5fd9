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
    void formulasAreDefused() {
        assertEquals(
                "\"'=1+1\",\"'+1\",\"'-1\",\"'@x\",\"'\tx\"\n", Csv.line(List.of("=1+1", "+1", "-1", "@x", "\tx")));
    }
}
