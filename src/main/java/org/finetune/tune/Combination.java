package org.finetune.tune;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;

/**
 * One value for each of the settings that a sweep tries.
 *
 * @param values the values as a user would write them, in the order in which the settings were named
 */
public record Combination(Map<Setting<?>, String> values) {

    public Combination {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Lays the values over others. */
    SettingValues over(SettingValues base) {
        SettingValues all = base.copy();
        values.forEach((setting, text) -> all.parse(setting, text, Path.of("")));
        return all;
    }

    /** The value of a setting; "" if this combination has none, since it would have no effect. */
    public String value(Setting<?> setting) {
        return values.getOrDefault(setting, "");
    }

    /** Such as "unfreeze 20, lr 1e-4". */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey().key() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
