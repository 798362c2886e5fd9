package org.finetune.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.finetune.backend.BackendType;
import org.finetune.data.Augment;
import org.finetune.data.decode.ImageDecoder;
import org.finetune.data.decode.Resize;
import org.finetune.engine.EngineType;
import org.finetune.model.Architecture;
import org.finetune.settings.TrainSettings.ClassWeighting;
import org.finetune.settings.TrainSettings.HeadMethod;
import org.finetune.settings.TrainSettings.RateSchedule;
import org.finetune.settings.TrainSettings.RecipeName;

/**
 * A setting of a training run: the key to its value in {@link TrainSettings}, and all that there is to say about it. The
 * constants here are the only declarations. Options, help texts, configuration files, validation, what the trials of a
 * sweep share, and the table of the documentation are made from them, so a new setting is one more constant.
 *
 * @param <T> type of the value; an {@link Optional} if the setting may be absent
 */
public final class Setting<T> {
    /** Comes before the constants, which are added as they are declared. */
    private static final List<Setting<?>> DECLARED = new ArrayList<>();

    public static final Setting<Path> DATA = declare(
            "data",
            "<dir>",
            "Photos: a directory with a sub-directory per class, or with train/ and val/ (or test/) holding those.",
            Path.of("data", "sample"),
            ValueType.path(),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<Path>> OUT = declare(
            "out",
            "<dir>",
            "Run directory to create. Without it, runs/<data>-<n> in the working directory.",
            Optional.empty(),
            ValueType.optional(ValueType.path()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Integer>> CLASSES = declare(
            "classes",
            "<n>",
            "Number of classes that the data must have. Without it, those found are taken.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(2, 100_000)),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Double> VAL_SPLIT = declare(
            "val-split",
            "<share>",
            "Share of the photos held out for validation where the data are not split already.",
            0.2,
            ValueType.numberBetween(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<String>> GROUP_BY = declare(
            "group-by",
            "<pattern>",
            "Regular expression for the paths of photos below the data: photos for which its first capturing group, or else"
                    + " the whole match, is the same are never divided between training and validation.",
            Optional.empty(),
            ValueType.optional(ValueType.regularExpression()),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<Integer>> FOLDS = declare(
            "folds",
            "<k>",
            "Number of folds of a cross-validation: as many models, each validated on the photos that it was not trained on,"
                    + " then one trained on all photos. Default: none; one model, validated on a part of the photos.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(2, 100)),
            SettingGroup.TRAINING,
            Scope.RUN);

    public static final Setting<Double> TEST_SPLIT = declare(
            "test-split",
            "<share>",
            "Share of the photos of each class to take out of the training photos and keep for a test of the result, or of the"
                    + " best of a sweep: nothing is trained on them or chosen by them.",
            0.0,
            ValueType.numberBelow(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Double> MAX_BAD_FRACTION = declare(
            "max-bad-fraction",
            "<share>",
            "Share of files that cannot be decoded above which the run fails.",
            0.05,
            ValueType.numberFromTo(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Boolean> STRICT = declare(
            "strict",
            "",
            "Fail at a single file that cannot be decoded.",
            false,
            ValueType.truth(),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Integer> MAX_PIXELS = declare(
            "max-pixels",
            "<n>",
            "Most pixels, width times height, of a photo; one whose header claims more is not decoded.",
            ImageDecoder.DEFAULT_MAX_PIXELS,
            ValueType.integer(1, 1 << 30),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Double> ALPHA = declare(
            "alpha",
            "<alpha>",
            "Width multiplier of MobileNetV2: 0.35, 0.5, 0.75, 1.0, 1.3 or 1.4.",
            1.0,
            ValueType.numberOf(Architecture.ALPHAS),
            SettingGroup.NETWORK,
            Scope.FEATURES);

    public static final Setting<Integer> SIZE = declare(
            "size",
            "<pixels>",
            "Height and width that photos are resized to. Pretrained weights exist for 96, 128, 160, 192 and 224.",
            224,
            ValueType.integer(Architecture.MIN_SIZE, Architecture.MAX_SIZE),
            SettingGroup.NETWORK,
            Scope.FEATURES);

    public static final Setting<Resize> RESIZE = declare(
            "resize",
            "<how>",
            "What becomes of photos that are not square: stretch, crop (their middle square is taken), or pad (black is"
                    + " added to make them square).",
            Resize.STRETCH,
            ValueType.oneOf(Resize.class),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<String> WEIGHTS = declare(
            "weights",
            "<weights>",
            "Pretrained weights: auto (ImageNet, or with a warning the bundled ones), imagenet, bundled, or a Keras"
                    + " weights file (*_no_top.h5).",
            "auto",
            ValueType.keywordOrFile("auto", "imagenet", "bundled"),
            SettingGroup.NETWORK,
            Scope.FEATURES);

    public static final Setting<Optional<Path>> FROM = declare(
            "from",
            "<run>",
            "Earlier run, or its model.zip, whose network to begin with instead of pretrained weights. It decides about alpha,"
                    + " size and resize, and unless they are given about the photos and how they are divided.",
            Optional.empty(),
            ValueType.optional(ValueType.path()),
            SettingGroup.NETWORK,
            Scope.RUN);

    public static final Setting<Boolean> OFFLINE = declare(
            "offline", "", "Never download anything.", false, ValueType.truth(), SettingGroup.NETWORK, Scope.RUN);

    public static final Setting<Unfreezing> UNFREEZE = declare(
            "unfreeze",
            "<n>",
            "Number of layers, counted as in Keras from the pooling back, that phase 2 trains; 0 trains the head alone,"
                    + " all trains everything. Several numbers, such as 20,60,all, are trained stage by stage, each at half"
                    + " the learning rate of the one before.",
            Unfreezing.of(20),
            ValueType.unfreezing(),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<RecipeName> RECIPE = declare(
            "recipe",
            "<recipe>",
            "How to train where other settings say nothing: default, or keras (Adam at fixed rates for fixed numbers of"
                    + " epochs, as in Keras's guide to transfer learning).",
            RecipeName.DEFAULT,
            ValueType.oneOf(RecipeName.class),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<HeadMethod>> HEAD_SOLVER = declare(
            "head-solver",
            "<solver>",
            "How phase 1 trains the head: lbfgs (to the optimum, with a penalty chosen by cross-validation), or adam (epoch"
                    + " by epoch). Default: lbfgs; adam where --head-epochs or --head-lr is given (recipe keras: adam).",
            Optional.empty(),
            ValueType.optional(ValueType.oneOf(HeadMethod.class)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> HEAD_EPOCHS = declare(
            "head-epochs",
            "<n>",
            "Maximum number of epochs in phase 1, which trains the head, with Adam. Default: 10.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 100_000)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> EPOCHS = declare(
            "epochs",
            "<n>",
            "Maximum number of epochs in phase 2, which trains the unfrozen layers too, or in each of its stages. Default: 6"
                    + " (recipe keras: 10).",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 100_000)),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<Optional<Double>> HEAD_LR = declare(
            "head-lr",
            "<rate>",
            "Adam learning rate of phase 1. Default: 0.001.",
            Optional.empty(),
            ValueType.optional(ValueType.numberAbove(0, 10).onLogScale()),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Double>> LR = declare(
            "lr",
            "<rate>",
            "Adam learning rate of phase 2, or of its first stage, at its highest. Default: 5e-4, or 3e-4 with more than 21"
                    + " unfrozen layers (recipe keras: 1e-5).",
            Optional.empty(),
            ValueType.optional(ValueType.numberAbove(0, 10).onLogScale()),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<Optional<RateSchedule>> SCHEDULE = declare(
            "schedule",
            "<schedule>",
            "Course of the learning rate in phase 2: constant, or cosine (rising for a tenth of the steps, then falling to"
                    + " 0). Default: cosine (recipe keras: constant).",
            Optional.empty(),
            ValueType.optional(ValueType.oneOf(RateSchedule.class)),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<Integer> BATCH_SIZE = declare(
            "batch-size", "<n>", "Photos per step.", 32, ValueType.integer(1, 4096), SettingGroup.TRAINING, Scope.HEAD);

    public static final Setting<Double> DROPOUT = declare(
            "dropout",
            "<share>",
            "Share of the features dropped before the softmax layer while training.",
            0.2,
            ValueType.numberBelow(0, 1),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Double> LABEL_SMOOTHING = declare(
            "label-smoothing",
            "<share>",
            "Share of each training target spread evenly over all classes.",
            0.0,
            ValueType.numberBelow(0, 1),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<ClassWeighting> CLASS_WEIGHTS = declare(
            "class-weights",
            "<weighting>",
            "How much a training photo counts: none (all the same), or auto (the rarer its class, the more).",
            ClassWeighting.NONE,
            ValueType.oneOf(ClassWeighting.class),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> PATIENCE = declare(
            "patience",
            "<n>",
            "Epochs without a better validation accuracy after which a phase stops and its best epoch is kept; with 0, all"
                    + " epochs are trained and the last is kept. Default: 0.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 100_000)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Augment> AUGMENT = declare(
            "augment",
            "<kind>",
            "Augmentation of the training photos: none, flip (mirror images), or standard (random crop, mirror image,"
                    + " small change of colour).",
            Augment.FLIP,
            ValueType.oneOf(Augment.class),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<Integer> VIEWS = declare(
            "views",
            "<n>",
            "Augmented views kept of each training photo; 0 takes the augmentation's own number.",
            0,
            ValueType.integer(0, 1000),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<Double> CHECKPOINT_MINUTES = declare(
            "checkpoint-minutes",
            "<minutes>",
            "Minutes of training after which a checkpoint is written within an epoch too, besides that at its end; 0 for"
                    + " never.",
            10.0,
            ValueType.numberFromTo(0, 100_000),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Duration>> TIME_LIMIT = declare(
            "time-limit",
            "<time>",
            "Time that the run may take from start to end, such as 90s, 5m or 1h30m: as many epochs of phase 2 are trained as"
                    + " fit, and where none does, fewer layers. Without it, all are trained.",
            Optional.empty(),
            ValueType.optional(ValueType.duration()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Path>> CACHE = declare(
            "cache",
            "<dir>",
            "Directory that keeps what the frozen layers make of the photos, so that later runs need not compute it again."
                    + " Without it, nothing is kept.",
            Optional.empty(),
            ValueType.optional(ValueType.path()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Long> SEED = declare(
            "seed",
            "<n>",
            "Seed of everything random.",
            42L,
            ValueType.longInteger(),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<EngineType> ENGINE = declare(
            "engine",
            "<engine>",
            "How the network is executed: fast, or graph (Deeplearning4j's own layers, the slow reference).",
            EngineType.FAST,
            ValueType.oneOf(EngineType.class),
            SettingGroup.RUN,
            Scope.FEATURES);

    public static final Setting<BackendType> BACKEND = declare(
            "backend",
            "<backend>",
            "Where the network is executed: cpu, cuda, or auto (cuda if it can be used, else cpu).",
            BackendType.AUTO,
            ValueType.oneOf(BackendType.class),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Integer> THREADS = declare(
            "threads",
            "<n>",
            "Threads to compute with; 0 for all cores.",
            0,
            ValueType.integer(0, 1024),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Boolean> REPORT = declare(
            "report",
            "",
            "Write report.html and the plots when the model is saved.",
            true,
            ValueType.truth(),
            SettingGroup.RUN,
            Scope.RUN);

    private final String key;
    private final String label;
    private final String description;
    private final T defaultValue;
    private final ValueType<T> type;
    private final SettingGroup group;
    private final Scope scope;

    private Setting(
            String key,
            String label,
            String description,
            T defaultValue,
            ValueType<T> type,
            SettingGroup group,
            Scope scope) {
        this.key = key;
        this.label = label;
        this.description = description;
        this.defaultValue = defaultValue;
        this.type = type;
        this.group = group;
        this.scope = scope;
    }

    private static <T> Setting<T> declare(
            String key,
            String label,
            String description,
            T defaultValue,
            ValueType<T> type,
            SettingGroup group,
            Scope scope) {
        Setting<T> setting = new Setting<>(key, label, description, defaultValue, type, group, scope);
        DECLARED.add(setting);
        return setting;
    }

    /** All settings, in the order in which they are declared and shown. */
    public static List<Setting<?>> all() {
        return Collections.unmodifiableList(DECLARED);
    }

    /** The setting of a key. */
    public static Optional<Setting<?>> of(String key) {
        return DECLARED.stream().filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** Name in configuration files, and with two dashes before it the option's name. */
    public String key() {
        return key;
    }

    /** The option on the command line. */
    public String option() {
        return "--" + key;
    }

    /** What the help shows for the value, such as {@code <n>}; "" for true or false. */
    public String label() {
        return label;
    }

    /** One sentence or phrase for the help, without the default. */
    public String description() {
        return description;
    }

    /** Built-in default; {@link Optional#empty} for those that may be absent. */
    public T defaultValue() {
        return defaultValue;
    }

    /** The default as the user would write it, or "none". */
    public String defaultText() {
        return type.format(defaultValue);
    }

    /** Whether the setting may be absent, and is so by default. */
    public boolean isOptional() {
        return defaultValue instanceof Optional;
    }

    /** How values are written and which are allowed. */
    public ValueType<T> type() {
        return type;
    }

    /** The heading under which the help shows the setting. */
    public SettingGroup group() {
        return group;
    }

    /** What of a run the setting decides about first. */
    public Scope scope() {
        return scope;
    }

    @Override
    public String toString() {
        return key;
    }
}
