package org.finetune.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColorWhenTest {
    @ParameterizedTest
    @CsvSource({
        "ALWAYS, false, 1,      , 0, true",
        "NEVER,  true,   ,     1,  , false",
        "AUTO,   true,   ,      ,  , true",
        "AUTO,   false,  ,      ,  , false",
        "AUTO,   true,  1,      ,  , false",
        "AUTO,   true,  '',     ,  , true",
        "AUTO,   false,  ,     1,  , true",
        "AUTO,   false,  ,     0,  , false",
        "AUTO,   false, 1,     1,  , false",
        "AUTO,   true,   ,      , 0, false",
        "AUTO,   true,   ,      , 1, true",
    })
    void optionComesBeforeTheEnvironmentAndThatBeforeTheTerminal(
            ColorWhen when, boolean terminal, String noColor, String force, String color, boolean expected) {
        Map<String, String> environment = new HashMap<>();
        put(environment, "NO_COLOR", noColor);
        put(environment, "CLICOLOR_FORCE", force);
        put(environment, "CLICOLOR", color);
        assertEquals(expected, when.colors(terminal, environment));
    }

    private static void put(Map<String, String> environment, String name, String value) {
        if (value != null) {
            environment.put(name, value);
        }
    }
}
