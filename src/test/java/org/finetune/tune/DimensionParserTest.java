package org.finetune.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.settings.Setting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DimensionParserTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unfreeze=0,20,all | 0 20 all",
                "unfreeze = | !must be a setting with values",
                "lr=1e-5,1e-4, 0.0001 | 1e-5 1e-4",
                "augment=none,flip | none flip",
                "alpha=0.35,1.0 | 0.35 1.0",
                "weights=imagenet,a..b.h5 | imagenet a..b.h5",
                "lr=1e-5..1e-3:3 | 1e-5 1e-4 0.001",
                "lr=1e-5..1e-3:log:5 | 1e-5 3.16e-5 1e-4 3.16e-4 0.001",
                "lr=1e-5..1e-3:2:linear | 1e-5 0.001",
                "dropout=0..0.5:6 | 0 0.1 0.2 0.3 0.4 0.5",
                "unfreeze=0..60:4 | 0 20 40 60",
                "unfreeze=20,20/60/all | 20 20/60/all",
                "batch-size=8..128:log:5 | 8 16 32 64 128",
                "patience=1..3:9 | 1 2 3",
                "seed=1..3:3 | 1 2 3",
            })
    void valuesOfAGrid(String text, String expected) {
        if (expected.startsWith("!")) {
            assertProblem(text, expected.substring(1));
        } else {
            assertEquals(
                    List.of(expected.split(" ")), DimensionParser.parse(text).values());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "unfreeze=0,x | must be a whole number from 0 to 10000 or all, or several above 0",
                "unfreeze=0,,20 | not ''",
                "unfreeze | must be a setting with values",
                "=3 | must be a setting with values",
                "unfreze=0 | did you mean 'unfreeze'?",
                "data=a,b | cannot be tried: data is the same for all trials",
                "threads=1,2 | what can be tried is alpha, ",
                "alpha=0.4 | must be one of 0.35, ",
                "lr=1e-3..1e-5:log | must go from a number to a larger one",
                "lr=0..1 | must be a number greater than 0 and at most 10, not '0'",
                "dropout=0..0.5:log | cannot be logarithmic from 0 on",
                "dropout=0..0.5:lin | has ':lin' after the range",
                "dropout=0..0.5:1 | has ':1' after the range",
                "dropout=0..0.5: | ends with a colon",
                "unfreeze=20..all | has the bound 'all'",
                "unfreeze=20/60..80 | has the bound '20/60', which is no number",
                "unfreeze=20/20 | each larger than the one before (20,60,all), not '20/20'",
                "dropout=0..1 | less than 1, not '1'",
            })
    void whatIsWrongIsSaid(String text, String problem) {
        assertProblem(text, problem);
    }

    private static void assertProblem(String text, String problem) {
        FinetuneException failure = assertThrows(FinetuneException.class, () -> DimensionParser.parse(text));
        assertEquals(ExitCode.USAGE, failure.exitCode());
        assertTrue(failure.getMessage().startsWith("--try " + text), failure.getMessage());
        assertTrue(failure.getMessage().contains(problem), failure.getMessage());
    }

    @Test
    void learningRatesAreLogarithmicUnlessLinear() {
        assertEquals(
                new NumberRange(1e-5, 1e-3, true, false),
                ((Dimension.Range) DimensionParser.parse("lr=1e-5..1e-3")).numbers());
        assertEquals(
                new NumberRange(1e-5, 1e-3, false, false),
                ((Dimension.Range) DimensionParser.parse("head-lr=1e-5..1e-3:linear")).numbers());
        assertEquals(
                new NumberRange(0, 100, false, true),
                ((Dimension.Range) DimensionParser.parse("unfreeze=0..100")).numbers());
    }

    @Test
    void aRangeWithoutNumberHasNoGrid() {
        Dimension range = DimensionParser.parse("lr=1e-5..1e-3");
        assertTrue(assertThrows(IllegalArgumentException.class, range::values)
                .getMessage()
                .contains("lr=1e-5..1e-3:5"));
    }

    @Test
    void aSettingIsTriedOnce() {
        FinetuneException failure = assertThrows(
                FinetuneException.class, () -> DimensionParser.parseAll(List.of("dropout=0,0.2", "dropout=0.4")));
        assertTrue(failure.getMessage().contains("a second time"), failure.getMessage());
        assertEquals(
                List.of(Setting.DROPOUT, Setting.LR),
                DimensionParser.parseAll(List.of("dropout=0,0.2", "lr=1e-4")).stream()
                        .map(Dimension::setting)
                        .toList());
    }
}
