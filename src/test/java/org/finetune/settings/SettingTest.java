package org.finetune.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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

    /** Keys are the names of the record's components in another spelling, and getters belong to them. */
    @Test
    void settingsAreThoseOfTheRecordInItsOrder() throws ReflectiveOperationException {
        List<RecordComponent> components = Arrays.asList(TrainSettings.class.getRecordComponents());
        assertEquals(
                components.stream().map(RecordComponent::getName).toList(),
                Setting.all().stream().map(setting -> camelCase(setting.key())).toList());

        TrainSettings defaults = SettingValues.defaults(Path.of("")).toTrainSettings();
        for (int i = 0; i < components.size(); i++) {
            Setting<?> setting = Setting.all().get(i);
            Object expected =
                    setting == Setting.DATA ? Setting.DATA.defaultValue().toAbsolutePath() : setting.defaultValue();
            assertEquals(expected, components.get(i).getAccessor().invoke(defaults), setting.key());
            assertEquals(expected, setting.getter().apply(defaults), setting.key());
        }
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
        return values.toTrainSettings().data();
    }

    private static String camelCase(String key) {
        StringBuilder name = new StringBuilder();
        for (String word : key.split("-")) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    @Test
    void documentationStatesEverySettingAndItsDefault() throws IOException {
        String page = Files.readString(Path.of("docs", "cli.md"));
        for (Setting<?> setting : Setting.all()) {
            String cell = setting == Setting.DATA ? "`data/sample`" : setting.defaultText();
            String row = "| `" + setting.key() + "` | " + cell + " | ";
            assertTrue(page.contains(row), row);
        }
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
