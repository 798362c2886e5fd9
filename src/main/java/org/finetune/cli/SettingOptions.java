package org.finetune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingGroup;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.TypeConversionException;

/** Options for settings, and {@code --config}, added to a command. */
final class SettingOptions {
    private static final Path WORKING_DIRECTORY = Path.of("");

    private final Map<Setting<?>, OptionSpec> options = new LinkedHashMap<>();
    private final OptionSpec config = OptionSpec.builder("--config")
            .paramLabel("<file>")
            .type(Path.class)
            .order(20)
            .description("YAML file with settings. Command-line options override it; it overrides the "
                    + "config/finetune.yaml of the installation.")
            .build();

    private SettingOptions() {}

    /** Adds options for some settings to a command, and one for a file with them. */
    static SettingOptions add(CommandSpec command, List<Setting<?>> settings) {
        SettingOptions added = addAlone(command, settings);
        command.addOption(added.config);
        return added;
    }

    /** The same without a file. */
    static SettingOptions addAlone(CommandSpec command, List<Setting<?>> settings) {
        SettingOptions added = new SettingOptions();
        for (SettingGroup group : SettingGroup.values()) {
            List<Setting<?>> members = settings.stream()
                    .filter(setting -> setting.group() == group)
                    .toList();
            if (members.isEmpty()) {
                continue;
            }
            ArgGroupSpec.Builder section = ArgGroupSpec.builder()
                    .validate(false)
                    .heading("%n" + group.title() + ":%n")
                    .order(group.ordinal());
            for (Setting<?> setting : members) {
                OptionSpec option = option(setting);
                added.options.put(setting, option);
                section.addArg(option);
            }
            command.addArgGroup(section.build());
        }
        return added;
    }

    private static <T> OptionSpec option(Setting<T> setting) {
        OptionSpec.Builder builder = OptionSpec.builder(setting.option())
                .description(setting.description()
                        + (setting.isOptional() ? "" : " Default: " + setting.defaultText() + "."));
        if (setting.defaultValue() instanceof Boolean) {
            return builder.type(Boolean.class).arity("0").negatable(true).build();
        }
        List<String> words = setting.type().words();
        if (!words.isEmpty()) {
            builder.completionCandidates(words);
        }
        return builder.type(setting.type().isPath() ? Path.class : Object.class)
                .paramLabel(setting.label())
                .converters(text -> parse(setting, text))
                .build();
    }

    private static <T> T parse(Setting<T> setting, String text) {
        try {
            return setting.type().parse(text, WORKING_DIRECTORY);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** The settings that the command line gives. */
    List<Setting<?>> given() {
        return options.entrySet().stream()
                .filter(option -> option.getValue().getValue() != null)
                .<Setting<?>>map(Map.Entry::getKey)
                .toList();
    }

    /**
     * What the command line gives of settings and their file, as words of a command line.
     *
     * @param except settings to leave out
     */
    List<String> words(Collection<Setting<?>> except) {
        List<String> words = new ArrayList<>();
        if (hasConfig()) {
            words.addAll(List.of(config.longestName(), config.getValue().toString()));
        }
        options.forEach((setting, option) -> {
            if (option.getValue() != null && !except.contains(setting)) {
                words.addAll(words(setting, option.getValue()));
            }
        });
        return words;
    }

    @SuppressWarnings("unchecked") // The option's converter is the setting's.
    private static <T> List<String> words(Setting<T> setting, Object value) {
        return value instanceof Boolean on
                ? List.of(on ? setting.option() : "--no-" + setting.key())
                : List.of(setting.option(), setting.type().format((T) value));
    }

    /** Whether the command line names a configuration file. */
    boolean hasConfig() {
        return config.getValue() != null;
    }

    /** All settings, from the options that were given, the configuration files and the defaults. */
    SettingValues resolve() {
        return resolve(config.getValue());
    }

    /** The same with another configuration file than that of the command line, or null. */
    SettingValues resolve(Path configuration) {
        return SettingsLoader.ofInstallation().load(configuration, commandLine());
    }

    /** What the user has chosen: the options that were given, and the configuration file that one of them names. */
    SettingValues chosen() {
        return SettingsLoader.chosen(config.getValue(), commandLine());
    }

    private SettingValues commandLine() {
        SettingValues commandLine = new SettingValues();
        putInto(commandLine);
        return commandLine;
    }

    /** Replaces values by those that the command line gives. */
    void putInto(SettingValues values) {
        options.forEach((setting, option) -> {
            if (option.getValue() != null) {
                put(values, setting, option.getValue());
            }
        });
    }

    @SuppressWarnings("unchecked") // The option's converter is the setting's.
    private static <T> void put(SettingValues values, Setting<T> setting, Object value) {
        values.put(setting, (T) value);
    }
}
