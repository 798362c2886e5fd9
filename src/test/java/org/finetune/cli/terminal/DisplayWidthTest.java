package org.finetune.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DisplayWidthTest {
    @Test
    void eastAsianCharactersTakeTwoColumnsAndCombiningMarksNone() {
        assertEquals(4, DisplayWidth.of("rose"));
        assertEquals(4, DisplayWidth.of("花瓣"));
        assertEquals(2, DisplayWidth.of("\uD83C\uDF39"));
        assertEquals(3, DisplayWidth.of("e\u0301te"));
        assertEquals(2, DisplayWidth.of("ｱｲ"));
    }

    @Test
    void paddingCountsColumns() {
        assertEquals("花  ", DisplayWidth.padRight("花", 4));
        assertEquals("  花", DisplayWidth.padLeft("花", 4));
        assertEquals("flowers", DisplayWidth.padRight("flowers", 3));
    }

    @Test
    void shortenedTextFitsAndKeepsCharactersWhole() {
        assertEquals("dahlia", DisplayWidth.shortenEnd("dahlia", 6, "…"));
        assertEquals("dahl…", DisplayWidth.shortenEnd("dahlia", 5, "…"));
        assertEquals("花…", DisplayWidth.shortenEnd("花花花", 4, "…"));
        assertEquals("…花", DisplayWidth.shortenStart("花花花", 4, "…"));
        assertEquals("...b/c.jpg", DisplayWidth.shortenStart("dir/a/b/c.jpg", 10, "..."));
        assertEquals("…\uD83C\uDF39", DisplayWidth.shortenStart("\uD83C\uDF39\uD83C\uDF39", 3, "…"));
    }

    @Test
    void wrapsAtBlanksAndBreaksWhatIsTooLong() {
        assertEquals(List.of("one two", "three"), DisplayWidth.wrap("one two three", 8));
        assertEquals(List.of("a", "1234", "5678", "9 b"), DisplayWidth.wrap("a 123456789 b", 4));
        assertEquals(List.of("花花", "花"), DisplayWidth.wrap("花花花", 5));
        assertEquals(List.of(""), DisplayWidth.wrap("", 5));
    }
}
