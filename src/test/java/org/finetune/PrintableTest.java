package org.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void textStaysAsItIs() {
        String text = "Blümchen 花 \uD83C\uDF39 'a b' \\ ~ \u00a0 👩‍🌾";
        assertEquals(text, Printable.of(text));
    }

    @Test
    void everyControlCharacterIsEscaped() {
        for (int point = 0; point < 0x20; point++) {
            assertEquals(String.format("a\\u%04xb", point), Printable.of("a" + (char) point + "b"));
        }
        for (int point = 0x7f; point < 0xa0; point++) {
            assertEquals(String.format("\\u%04x", point), Printable.of(Character.toString(point)));
        }
    }

    @Test
    void lineSeparatorsChangesOfDirectionAndHalvesOfPairsAreEscaped() {
        assertEquals("\\u2028\\u2029", Printable.of("\u2028\u2029"));
        assertEquals("a\\u202egpj.exe", Printable.of("a\u202egpj.exe"));
        assertEquals("\\u2066\\u200f\\u061c", Printable.of("\u2066\u200f\u061c"));
        assertEquals("x\\ud83cy", Printable.of("x\uD83Cy"));
    }
}
