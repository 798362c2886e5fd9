package org.finetune.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SettingTest {

    /** The completion scripts name the words that an option takes by its label. */
    @Test
    void labelsOfSettingsWithWordsAreDistinct() {
        List<String> labels = Setting.all().stream()
                .filter(setting -> !setting.type().words().isEmpty())
                .map(Setting::label)
                .toList();
        assertEquals(labels.stream().distinct().toList(), labels);
    }

    @Test
    void keysAreDistinctWordsWithDashes() {
        List<String> keys = Setting.all().stream().map(Setting::key).toList();
        assertEquals(keys.stream().distinct().toList(), keys);
        keys.forEach(key -> assertTrue(key.matches("[a-z]+(-[a-z]+)*"), key));
    }

    @Test
    void everyConstantIsFoundByItsKeyInTheOrderOfDeclaration() throws IllegalAccessException {
        List<Setting<?>> constants = new ArrayList<>();
        for (Field field : Setting.class.getFields()) {
            Setting<?> setting = (Setting<?>) field.get(null);
            assertEquals(field.getName(), setting.key().replace('-', '_').toUpperCase(Locale.ROOT));
            assertEquals(Optional.of(setting), Setting.of(setting.key()));
            constants.add(setting);
        }
        assertEquals(constants, Setting.all());
    }

    @Test
    void defaultsAreAllowedValuesThatReadBack() {
        TrainSettings defaults = SettingValues.defaults(Path.of("")).toTrainSettings();
        for (Setting<?> setting : Setting.all()) {
            Object expected =
                    setting == Setting.DATA ? Setting.DATA.defaultValue().toAbsolutePath() : setting.defaultValue();
            assertEquals(expected, defaults.get(setting), setting.key());
        }
    }

    @Test
    void settingsOfARunAreComplete() {
        NullPointerException e = assertThrows(
                NullPointerException.class, () -> new TrainSettings(Map.of(Setting.DATA, Path.of("photos"))));
        assertEquals("out", e.getMessage());
    }

    /** A run that goes on from another directory names its images as before. */
    @Test
    void dataBecomeAbsoluteWithoutChangingWhereTheyAre() {
        for (String path : List.of("photos", "./photos", "./photos/.")) {
            assertEquals(Path.of("photos").toAbsolutePath(), data(path), path);
        }
        assertEquals(Path.of("link/../photos").toAbsolutePath(), data("link/../photos"));
    }

    private static Path data(String path) {
        SettingValues values = SettingValues.defaults(Path.of(""));
        values.put(Setting.DATA, Path.of(path));
        return values.toTrainSettings().get(Setting.DATA);
    }

    @Test
    void nearestNameHasTheFewestChanges() {
        List<String> names = List.of("lr", "head-lr", "epochs", "head-epochs");
        assertEquals("epochs", NearestName.to("epoch", names));
        assertEquals("head-epochs", NearestName.to("headepochs", names));
        assertEquals("lr", NearestName.to("rl", names));
        assertEquals("head-lr", NearestName.to("head-lr", names));
    }
}
