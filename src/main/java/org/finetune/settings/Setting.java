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
import org.finetune.data.source.PhotoSources;
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
            "<photos>",
            PhotoSources.DESCRIPTION,
            Path.of("data", "sample"),
            ValueType.path(),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<Path>> OUT = declare(
            "out",
            "<dir>",
            "Run directory to create. Default: runs/<data>-<n> in the working directory.",
            Optional.empty(),
            ValueType.optional(ValueType.path()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Integer>> CLASSES = declare(
            "classes",
            "<n>",
            "Expected number of classes. By default, all classes found are used.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(2, 100_000)),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Double> VAL_SPLIT = declare(
            "val-split",
            "<share>",
            "Fraction of photos held out for validation if the data is not already split.",
            0.2,
            ValueType.numberBetween(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<String>> GROUP_BY = declare(
            "group-by",
            "<pattern>",
            "Regular expression matched against each photo's path below --data. Photos with the same first "
                    + "capturing group (or the same match, without a group) are never split between training "
                    + "and validation.",
            Optional.empty(),
            ValueType.optional(ValueType.regularExpression()),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Optional<Integer>> FOLDS = declare(
            "folds",
            "<k>",
            "Number of cross-validation folds. One model is trained per fold and validated on that fold; the "
                    + "final model is trained on all photos. Default: none; one model, validated on held-out photos.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(2, 100)),
            SettingGroup.TRAINING,
            Scope.RUN);

    public static final Setting<Double> TEST_SPLIT = declare(
            "test-split",
            "<share>",
            "Fraction of each class's training photos to set aside as a test set. The result, or the best trial "
                    + "of a sweep, is measured on them; nothing is trained or chosen with them.",
            0.0,
            ValueType.numberBelow(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Double> MAX_BAD_FRACTION = declare(
            "max-bad-fraction",
            "<share>",
            "Maximum fraction of undecodable files before the run fails.",
            0.05,
            ValueType.numberFromTo(0, 1),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Boolean> STRICT = declare(
            "strict",
            "",
            "Fail on the first file that cannot be decoded.",
            false,
            ValueType.truth(),
            SettingGroup.PHOTOS,
            Scope.RUN);

    public static final Setting<Integer> MAX_PIXELS = declare(
            "max-pixels",
            "<n>",
            "Maximum photo size in pixels (width x height); larger photos are skipped before decoding.",
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
            "Input size in pixels: photos are resized to this width and height. Pretrained weights exist for "
                    + "96, 128, 160, 192 and 224.",
            224,
            ValueType.integer(Architecture.MIN_SIZE, Architecture.MAX_SIZE),
            SettingGroup.NETWORK,
            Scope.FEATURES);

    public static final Setting<Resize> RESIZE = declare(
            "resize",
            "<how>",
            "How photos become square: stretch, crop (middle square), or pad (black borders).",
            Resize.STRETCH,
            ValueType.oneOf(Resize.class),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<String> WEIGHTS = declare(
            "weights",
            "<weights>",
            "Pretrained weights: auto (ImageNet, falling back to the bundled ones with a warning), imagenet, "
                    + "bundled, or a Keras weights file (*_no_top.h5).",
            "auto",
            ValueType.keywordOrFile("auto", "imagenet", "bundled"),
            SettingGroup.NETWORK,
            Scope.FEATURES);

    public static final Setting<Optional<Path>> FROM = declare(
            "from",
            "<run>",
            "Earlier run, or its model.zip, whose network to continue from instead of pretrained weights. Fixes --alpha, --size"
                    + " and --resize; --data, --val-split, --test-split and --group-by default to those of that run.",
            Optional.empty(),
            ValueType.optional(ValueType.path()),
            SettingGroup.NETWORK,
            Scope.RUN);

    public static final Setting<Boolean> OFFLINE = declare(
            "offline", "", "Never download anything.", false, ValueType.truth(), SettingGroup.NETWORK, Scope.RUN);

    public static final Setting<Unfreezing> UNFREEZE = declare(
            "unfreeze",
            "<n>",
            "Number of last layers to train in phase 2, counted as in Keras, pooling included; 0 trains only "
                    + "the head, all trains every layer. With several numbers, such as 20,60,all, training goes "
                    + "stage by stage, each at half the previous learning rate.",
            Unfreezing.of(20),
            ValueType.unfreezing(),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<RecipeName> RECIPE = declare(
            "recipe",
            "<recipe>",
            "Defaults for the training settings: default, or keras (Adam with constant learning rates and fixed "
                    + "numbers of epochs, as in Keras's transfer learning guide).",
            RecipeName.DEFAULT,
            ValueType.oneOf(RecipeName.class),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<HeadMethod>> HEAD_SOLVER = declare(
            "head-solver",
            "<solver>",
            "Solver for the head in phase 1: lbfgs (to the optimum, with an L2 penalty chosen by "
                    + "cross-validation), or adam (epoch by epoch). Default: lbfgs (minibatches to convergence with "
                    + "more than 200,000 training views or 1,000 classes); adam if --head-epochs or --head-lr is given "
                    + "(recipe keras: adam).",
            Optional.empty(),
            ValueType.optional(ValueType.oneOf(HeadMethod.class)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> HEAD_EPOCHS = declare(
            "head-epochs",
            "<n>",
            "Maximum number of epochs in phase 1 (head training) with Adam. Default: 10.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 100_000)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> EPOCHS = declare(
            "epochs",
            "<n>",
            "Maximum number of epochs in phase 2 (fine-tuning), or in each of its stages. Default: 6 (recipe "
                    + "keras: 10).",
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
            "Peak Adam learning rate of phase 2, or of its first stage. Default: 5e-4, or 3e-4 with more than "
                    + "21 unfrozen layers (recipe keras: 1e-5).",
            Optional.empty(),
            ValueType.optional(ValueType.numberAbove(0, 10).onLogScale()),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<Optional<RateSchedule>> SCHEDULE = declare(
            "schedule",
            "<schedule>",
            "Learning rate schedule of phase 2: constant, or cosine (warm-up over a tenth of the steps, then "
                    + "decay to 0). Default: cosine (recipe keras: constant).",
            Optional.empty(),
            ValueType.optional(ValueType.oneOf(RateSchedule.class)),
            SettingGroup.TRAINING,
            Scope.FINE_TUNING);

    public static final Setting<Integer> BATCH_SIZE = declare(
            "batch-size", "<n>", "Photos per step.", 32, ValueType.integer(1, 4096), SettingGroup.TRAINING, Scope.HEAD);

    public static final Setting<Double> DROPOUT = declare(
            "dropout",
            "<share>",
            "Dropout rate before the softmax layer.",
            0.2,
            ValueType.numberBelow(0, 1),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Double> LABEL_SMOOTHING = declare(
            "label-smoothing",
            "<share>",
            "Label smoothing: fraction of each target spread evenly over all classes.",
            0.0,
            ValueType.numberBelow(0, 1),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<ClassWeighting> CLASS_WEIGHTS = declare(
            "class-weights",
            "<weighting>",
            "Class weighting: none, or auto (inversely proportional to class frequency).",
            ClassWeighting.NONE,
            ValueType.oneOf(ClassWeighting.class),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Optional<Integer>> PATIENCE = declare(
            "patience",
            "<n>",
            "Early stopping: number of epochs without better validation accuracy after which a phase stops and "
                    + "its best epoch is kept. 0 trains all epochs and keeps the last. Default: 0.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 100_000)),
            SettingGroup.TRAINING,
            Scope.HEAD);

    public static final Setting<Augment> AUGMENT = declare(
            "augment",
            "<kind>",
            "Augmentation of training photos: none, flip (mirror images), or standard (random crops, mirror "
                    + "images and colour changes).",
            Augment.FLIP,
            ValueType.oneOf(Augment.class),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<Integer> VIEWS = declare(
            "views",
            "<n>",
            "Number of augmented views per training photo; 0 uses the default of --augment.",
            0,
            ValueType.integer(0, 1000),
            SettingGroup.PHOTOS,
            Scope.FEATURES);

    public static final Setting<Double> CHECKPOINT_MINUTES = declare(
            "checkpoint-minutes",
            "<minutes>",
            "Also write a checkpoint every N minutes within an epoch; 0 disables this.",
            10.0,
            ValueType.numberFromTo(0, 100_000),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Duration>> TIME_LIMIT = declare(
            "time-limit",
            "<time>",
            "Maximum duration of the whole run, such as 90s, 5m or 1h30m. Phase 2 trains as many epochs as fit, "
                    + "or fewer layers if none does. Default: no limit.",
            Optional.empty(),
            ValueType.optional(ValueType.duration()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Path>> CACHE = declare(
            "cache",
            "<dir>",
            "Directory in which to cache the outputs of the frozen layers for later runs. By default, nothing "
                    + "is cached.",
            Optional.empty(),
            ValueType.optional(ValueType.directory()),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Long> SEED =
            declare("seed", "<n>", "Random seed.", 42L, ValueType.longInteger(), SettingGroup.TRAINING, Scope.HEAD);

    public static final Setting<EngineType> ENGINE = declare(
            "engine",
            "<engine>",
            "Engine: fast, or graph (Deeplearning4j's own layers, the slow reference).",
            EngineType.FAST,
            ValueType.oneOf(EngineType.class),
            SettingGroup.RUN,
            Scope.FEATURES);

    public static final Setting<BackendType> BACKEND = declare(
            "backend",
            "<backend>",
            "Where to compute: cpu, cuda (an NVIDIA GPU), or auto (a GPU if one can be used, else cpu).",
            BackendType.AUTO,
            ValueType.oneOf(BackendType.class),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Optional<Integer>> DEVICE = declare(
            "device",
            "<n>",
            "Number of the GPU to compute on, as 'finetune doctor' lists them. Default: the first that can be used.",
            Optional.empty(),
            ValueType.optional(ValueType.integer(0, 1023)),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Integer> THREADS = declare(
            "threads",
            "<n>",
            "Number of threads on the CPU; 0 uses all cores.",
            0,
            ValueType.integer(0, 1024),
            SettingGroup.RUN,
            Scope.RUN);

    public static final Setting<Boolean> REPORT = declare(
            "report",
            "",
            "Write report.html and plots when the model is saved.",
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
