package org.finetune.settings;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.ThreadCount;
import org.finetune.data.UrlArgument;
import org.finetune.data.decode.Preprocessing;
import org.finetune.model.Architecture;

/**
 * Every setting of a training run, resolved from the command line, the configuration files and the defaults.
 *
 * <p>{@link Setting#DATA} becomes absolute, so that paths in the files of a run mean the same everywhere, also in a run
 * that is resumed from another directory.
 *
 * @param values the value of each {@link Setting}
 */
public record TrainSettings(Map<Setting<?>, Object> values) {

    /** Takes values that are of the types of their settings, as {@link SettingValues} has them. */
    public TrainSettings {
        Map<Setting<?>, Object> all = new HashMap<>(values);
        for (Setting<?> setting : Setting.all()) {
            Objects.requireNonNull(all.get(setting), setting.key());
        }
        all.put(Setting.DATA, absolute((Path) all.get(Setting.DATA)));
        values = Map.copyOf(all);
    }

    /** The value of a setting. */
    @SuppressWarnings("unchecked") // SettingValues admits only values of the setting's type.
    public <T> T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    /** The same with another value of a setting. */
    public <T> TrainSettings with(Setting<T> setting, T value) {
        Map<Setting<?>, Object> other = new HashMap<>(values);
        other.put(setting, value);
        return new TrainSettings(other);
    }

    private static Path absolute(Path path) {
        if (UrlArgument.isUrl(path.toString())) {
            // It is refused for what it is, unless it is a path all the same.
            return path;
        }
        Path absolute = path.toAbsolutePath();
        for (Path name : absolute) {
            if (name.toString().equals("..")) {
                // Behind a link it leads elsewhere than to the name before it.
                return absolute;
            }
        }
        return absolute.normalize();
    }

    /** The network without its head. */
    public Architecture network() {
        return Architecture.of(get(Setting.ALPHA), get(Setting.SIZE));
    }

    /** What networks are executed on. */
    public BackendOptions backend() {
        return new BackendOptions(get(Setting.BACKEND), get(Setting.DEVICE), get(Setting.THREADS));
    }

    /** What becomes of photos before the network sees them. */
    public Preprocessing preprocessing() {
        return new Preprocessing(get(Setting.SIZE), get(Setting.RESIZE));
    }

    /** Number of threads to use: {@link Setting#THREADS}, or one for each processor where that is 0. */
    public int threadCount() {
        return ThreadCount.orProcessors(get(Setting.THREADS));
    }

    /** What the settings of training are where they are absent. */
    public enum RecipeName {
        /** A solved head, then fine-tuning with warm-up and cosine; the best measured. */
        DEFAULT,
        /** That of Keras's guide to transfer learning: Adam at two constant rates, each for 10 epochs. */
        KERAS
    }

    /** How the head is trained. */
    public enum HeadMethod {
        /** Epoch by epoch, as the layers below it. */
        ADAM,
        /** To the optimum. */
        LBFGS
    }

    /** The course of a learning rate. */
    public enum RateSchedule {
        /** The same in every step. */
        CONSTANT,
        /** Up to the highest, then down to 0 as a cosine. */
        COSINE
    }

    /** How much an example of each class counts in training. */
    public enum ClassWeighting {
        /** All the same. */
        NONE,
        /** In inverse proportion to the number of photos of its class. */
        AUTO
    }
}
