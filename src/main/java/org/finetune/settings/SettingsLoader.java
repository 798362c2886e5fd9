package org.finetune.settings;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lays the sources of settings over each other: the command line comes before the file given with {@code --config}, that
 * before {@code config/finetune.yaml} in the installation directory, and that before the built-in defaults.
 *
 * <p>Relative paths on the command line and in the file given with {@code --config} start from the working directory;
 * those in {@code config/finetune.yaml} from the installation directory.
 */
public final class SettingsLoader {
    private static final Path WORKING_DIRECTORY = Path.of("");

    private final Path home;

    /**
     * Loads from an installation.
     *
     * @param home installation directory
     */
    public SettingsLoader(Path home) {
        this.home = home;
    }

    /** Loads from the installation directory that the launcher passes, or else from the working directory. */
    public static SettingsLoader ofInstallation() {
        return new SettingsLoader(Path.of(System.getProperty("finetune.home", "")));
    }

    /**
     * Resolves all settings.
     *
     * @param config file given with {@code --config}, or null
     * @param commandLine what the command line says
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#USAGE} if a file cannot be read or is
     *     wrong
     */
    public SettingValues load(Path config, SettingValues commandLine) {
        SettingValues values = SettingValues.defaults(home);
        Path shipped = home.resolve("config").resolve("finetune.yaml");
        if (Files.exists(shipped)) {
            values.override(SettingsFile.read(shipped, home));
        }
        values.override(chosen(config, commandLine));
        return values;
    }

    /**
     * What the user has chosen, without what the installation says.
     *
     * @param config file given with {@code --config}, or null
     * @param commandLine what the command line says
     * @throws org.finetune.FinetuneException as {@link #load}
     */
    public static SettingValues chosen(Path config, SettingValues commandLine) {
        SettingValues values = new SettingValues();
        if (config != null) {
            values.override(SettingsFile.read(config, WORKING_DIRECTORY));
        }
        values.override(commandLine);
        return values;
    }
}
