package org.finetune.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.finetune.backend.BackendType;
import org.finetune.data.Augment;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.engine.EngineType;
import org.finetune.model.Architecture;
import org.finetune.settings.TrainSettings.ClassWeighting;

/**
 * A setting of {@link TrainSettings} as the user sees it. Command line, configuration files and help texts are all made
 * from these descriptions, so a new setting is added here and to the record.
 *
 * @param key name in configuration files, and with two dashes before it the option's name
 * @param label what the help shows for the value, such as {@code <n>}
 * @param description one sentence or phrase for the help, without the default
 * @param defaultValue built-in default; null if the setting is absent by default
 * @param type how values are written and which are allowed
 * @param getter reads the setting from the record
 * @param <T> type of the value
 */
public record Setting<T>(
        String key,
        String label,
        String description,
        T defaultValue,
        ValueType<T> type,
        Function<TrainSettings, T> getter) {

    public static final Setting<Path> DATA = new Setting<>(
            "data",
            "<dir>",
            "Photos: a directory with a sub-directory per class, or with train/ and val/ (or test/) holding those.",
            Path.of("data", "sample"),
            ValueType.path(),
            TrainSettings::data);

    public static final Setting<Path> OUT = new Setting<>(
            "out",
            "<dir>",
            "Run directory to create. Without it, runs/<data>-<n> in the working directory.",
            null,
            ValueType.path(),
            TrainSettings::out);

    public static final Setting<Integer> CLASSES = new Setting<>(
            "classes",
            "<n>",
            "Number of classes that the data must have. Without it, those found are taken.",
            null,
            ValueType.integer(2, 100_000),
            TrainSettings::classes);

    public static final Setting<Double> VAL_SPLIT = new Setting<>(
            "val-split",
            "<share>",
            "Share of the photos held out for validation where the data are not split already.",
            0.2,
            ValueType.numberBetween(0, 1),
            TrainSettings::valSplit);

    public static final Setting<Double> MAX_BAD_FRACTION = new Setting<>(
            "max-bad-fraction",
            "<share>",
            "Share of files that cannot be decoded above which the run fails.",
            0.05,
            ValueType.numberFromTo(0, 1),
            TrainSettings::maxBadFraction);

    public static final Setting<Boolean> STRICT = new Setting<>(
            "strict",
            "",
            "Fail at a single file that cannot be decoded.",
            false,
            ValueType.truth(),
            TrainSettings::strict);

    public static final Setting<Integer> MAX_PIXELS = new Setting<>(
            "max-pixels",
            "<n>",
            "Most pixels, width times height, of a photo; one whose header claims more is not decoded.",
            ImageDecoder.DEFAULT_MAX_PIXELS,
            ValueType.integer(1, 1 << 30),
            TrainSettings::maxPixels);

    public static final Setting<Double> ALPHA = new Setting<>(
            "alpha",
            "<alpha>",
            "Width multiplier of MobileNetV2: 0.35, 0.5, 0.75, 1.0, 1.3 or 1.4.",
            1.0,
            ValueType.numberOf(Architecture.ALPHAS),
            TrainSettings::alpha);

    public static final Setting<Integer> SIZE = new Setting<>(
            "size",
            "<pixels>",
            "Height and width that photos are resized to. Pretrained weights exist for 96, 128, 160, 192 and 224.",
            224,
            ValueType.integer(Architecture.MIN_SIZE, Architecture.MAX_SIZE),
            TrainSettings::size);

    public static final Setting<String> WEIGHTS = new Setting<>(
            "weights",
            "<weights>",
            "Pretrained weights: auto (ImageNet, or with a warning the bundled ones), imagenet, bundled, or a Keras"
                    + " weights file (*_no_top.h5).",
            "auto",
            ValueType.keywordOrFile("auto", "imagenet", "bundled"),
            TrainSettings::weights);

    public static final Setting<Boolean> OFFLINE =
            new Setting<>("offline", "", "Never download anything.", false, ValueType.truth(), TrainSettings::offline);

    public static final Setting<Integer> UNFREEZE = new Setting<>(
            "unfreeze",
            "<n>",
            "Number of layers, counted as in Keras from the pooling back, that phase 2 trains; 0 trains the head alone,"
                    + " all trains everything.",
            20,
            ValueType.integerOrAll(0, 10_000, TrainSettings.UNFREEZE_ALL),
            TrainSettings::unfreeze);

    public static final Setting<Integer> HEAD_EPOCHS = new Setting<>(
            "head-epochs",
            "<n>",
            "Most epochs of phase 1, which trains the head.",
            10,
            ValueType.integer(0, 100_000),
            TrainSettings::headEpochs);

    public static final Setting<Integer> EPOCHS = new Setting<>(
            "epochs",
            "<n>",
            "Most epochs of phase 2, which trains the unfrozen layers too.",
            10,
            ValueType.integer(0, 100_000),
            TrainSettings::epochs);

    public static final Setting<Double> HEAD_LR = new Setting<>(
            "head-lr",
            "<rate>",
            "Adam learning rate of phase 1.",
            1e-3,
            ValueType.numberAbove(0, 10),
            TrainSettings::headLr);

    public static final Setting<Double> LR = new Setting<>(
            "lr", "<rate>", "Adam learning rate of phase 2.", 1e-5, ValueType.numberAbove(0, 10), TrainSettings::lr);

    public static final Setting<Integer> BATCH_SIZE = new Setting<>(
            "batch-size", "<n>", "Photos per step.", 32, ValueType.integer(1, 4096), TrainSettings::batchSize);

    public static final Setting<Double> DROPOUT = new Setting<>(
            "dropout",
            "<share>",
            "Share of the features dropped before the softmax layer while training.",
            0.2,
            ValueType.numberBelow(0, 1),
            TrainSettings::dropout);

    public static final Setting<Double> LABEL_SMOOTHING = new Setting<>(
            "label-smoothing",
            "<share>",
            "Share of each training target spread evenly over all classes.",
            0.0,
            ValueType.numberBelow(0, 1),
            TrainSettings::labelSmoothing);

    public static final Setting<ClassWeighting> CLASS_WEIGHTS = new Setting<>(
            "class-weights",
            "<weighting>",
            "How much a training photo counts: none (all the same), or auto (the rarer its class, the more).",
            ClassWeighting.NONE,
            ValueType.oneOf(ClassWeighting.class),
            TrainSettings::classWeights);

    public static final Setting<Integer> PATIENCE = new Setting<>(
            "patience",
            "<n>",
            "Epochs without a lower validation loss after which a phase stops; 0 never stops early.",
            3,
            ValueType.integer(0, 100_000),
            TrainSettings::patience);

    public static final Setting<Augment> AUGMENT = new Setting<>(
            "augment",
            "<kind>",
            "Augmentation of the training photos: none, flip (mirror images), or standard (random crop, mirror image,"
                    + " small change of colour).",
            Augment.FLIP,
            ValueType.oneOf(Augment.class),
            TrainSettings::augment);

    public static final Setting<Integer> VIEWS = new Setting<>(
            "views",
            "<n>",
            "Augmented views kept of each training photo; 0 takes the augmentation's own number.",
            0,
            ValueType.integer(0, 1000),
            TrainSettings::views);

    public static final Setting<Double> CHECKPOINT_MINUTES = new Setting<>(
            "checkpoint-minutes",
            "<minutes>",
            "Minutes of training after which a checkpoint is written within an epoch too, besides that at its end; 0 for"
                    + " never.",
            10.0,
            ValueType.numberFromTo(0, 100_000),
            TrainSettings::checkpointMinutes);

    public static final Setting<Path> CACHE = new Setting<>(
            "cache",
            "<dir>",
            "Directory that keeps what the frozen layers make of the photos, so that later runs need not compute it again."
                    + " Without it, nothing is kept.",
            null,
            ValueType.path(),
            TrainSettings::cache);

    public static final Setting<Long> SEED = new Setting<>(
            "seed", "<n>", "Seed of everything random.", 42L, ValueType.longInteger(), TrainSettings::seed);

    public static final Setting<EngineType> ENGINE = new Setting<>(
            "engine",
            "<engine>",
            "How the network is executed: fast, or graph (Deeplearning4j's own layers, the slow reference).",
            EngineType.FAST,
            ValueType.oneOf(EngineType.class),
            TrainSettings::engine);

    public static final Setting<BackendType> BACKEND = new Setting<>(
            "backend",
            "<backend>",
            "Where the network is executed: cpu, cuda, or auto (cuda if it can be used, else cpu).",
            BackendType.AUTO,
            ValueType.oneOf(BackendType.class),
            TrainSettings::backend);

    public static final Setting<Integer> THREADS = new Setting<>(
            "threads",
            "<n>",
            "Threads to compute with; 0 for all cores.",
            0,
            ValueType.integer(0, 1024),
            TrainSettings::threads);

    public static final Setting<Boolean> REPORT = new Setting<>(
            "report",
            "",
            "Write report.html and the plots when the model is saved.",
            true,
            ValueType.truth(),
            TrainSettings::report);

    private static final List<Setting<?>> ALL = List.of(
            DATA,
            OUT,
            CLASSES,
            VAL_SPLIT,
            MAX_BAD_FRACTION,
            STRICT,
            MAX_PIXELS,
            ALPHA,
            SIZE,
            WEIGHTS,
            OFFLINE,
            UNFREEZE,
            HEAD_EPOCHS,
            EPOCHS,
            HEAD_LR,
            LR,
            BATCH_SIZE,
            DROPOUT,
            LABEL_SMOOTHING,
            CLASS_WEIGHTS,
            PATIENCE,
            AUGMENT,
            VIEWS,
            CHECKPOINT_MINUTES,
            CACHE,
            SEED,
            ENGINE,
            BACKEND,
            THREADS,
            REPORT);

    /** All settings, in the order in which they are shown. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** The setting of a key. */
    public static Optional<Setting<?>> of(String key) {
        return ALL.stream().filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** The option on the command line. */
    public String option() {
        return "--" + key;
    }

    /** The default as the user would write it, or "none". */
    public String defaultText() {
        return defaultValue == null ? "none" : type.format(defaultValue);
    }

    @Override
    public String toString() {
        return key;
    }
}
