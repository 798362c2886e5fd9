package org.finetune.spark;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BatchSizes;
import org.finetune.data.Augment;
import org.finetune.data.Augmentation;
import org.finetune.data.decode.Resize;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.KerasLayer;
import org.finetune.settings.Setting;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code finetune-spark features}. */
@Command(
        name = "features",
        sortOptions = false,
        description =
                "Runs the frozen part of the network over photos, into a feature cache from which 'finetune train "
                        + "--cache' trains. Weights and settings have to be those of the training.",
        footer = {
            "",
            "Example:",
            "  finetune-spark --master yarn --num-executors 64 features --weights hdfs:///weights.h5 \\",
            "      --photos hdfs:///photos/list.csv --out hdfs:///features --train-threads 16"
        })
final class FeaturesCommand implements Callable<Integer> {
    @Mixin
    private JobOptions job;

    @Option(
            names = "--weights",
            required = true,
            paramLabel = "<uri>",
            description = "Keras weights file that the training starts from: a path or URI. "
                    + "'finetune weights path' prints that of train's defaults.")
    private String weights;

    @Option(
            names = "--train-threads",
            required = true,
            paramLabel = "<n>",
            description =
                    "Number of threads of the training: its --threads, or the cores of its machine. The last bits "
                            + "of features may depend on it.")
    private int threads;

    @Option(names = "--alpha", paramLabel = "<alpha>", description = "Width multiplier of MobileNetV2. Default: 1.0.")
    private double alpha = Setting.ALPHA.defaultValue();

    @Option(names = "--size", paramLabel = "<pixels>", description = "Input size in pixels. Default: 224.")
    private int size = Setting.SIZE.defaultValue();

    @Option(names = "--resize", paramLabel = "<how>", description = "stretch, crop or pad. Default: stretch.")
    private Resize resize = Setting.RESIZE.defaultValue();

    @Option(names = "--unfreeze", paramLabel = "<n>", description = "As train's. Default: 20.")
    private String unfreeze = Setting.UNFREEZE.defaultText();

    @Option(names = "--augment", paramLabel = "<kind>", description = "none, flip or standard. Default: flip.")
    private Augment augment = Setting.AUGMENT.defaultValue();

    @Option(names = "--views", paramLabel = "<n>", description = "As train's. Default: that of --augment.")
    private int views = Setting.VIEWS.defaultValue();

    @Option(names = "--seed", paramLabel = "<n>", description = "As train's, for --augment standard. Default: 42.")
    private long seed = Setting.SEED.defaultValue();

    @Override
    public Integer call() throws Exception {
        job.check();
        job.require(threads >= 1, "--train-threads must be at least 1, not " + threads);
        Architecture architecture = Architecture.of(valid(Setting.ALPHA, alpha), valid(Setting.SIZE, size));
        BlockFeatures.Settings settings = new BlockFeatures.Settings(
                alpha,
                size,
                resize,
                job.maxPixels(),
                augment,
                Augmentation.of(augment, views, seed).views(),
                seed,
                layers(architecture),
                threads);
        try (Session session = Session.start()) {
            Session.warnings(session.spark()).forEach(Main::say);
            return run(session.spark(), settings);
        }
    }

    /** The value, if it is one of the setting's; else the command line is refused. */
    private <T> T valid(Setting<T> setting, T value) {
        return parsed(setting, setting.type().format(value));
    }

    private <T> T parsed(Setting<T> setting, String text) {
        try {
            return setting.type().parse(text, java.nio.file.Path.of(""));
        } catch (IllegalArgumentException e) {
            job.require(false, setting.option() + ": " + e.getMessage());
            throw e;
        }
    }

    /** The cuts of both phases. */
    private List<String> layers(Architecture architecture) {
        return Stream.concat(Stream.of(0), parsed(Setting.UNFREEZE, unfreeze).stages().stream())
                .map(layers -> new FreezeBoundary(architecture, layers).cut())
                .distinct()
                .sorted(Comparator.comparing(KerasLayer::index))
                .map(KerasLayer::name)
                .toList();
    }

    private int run(SparkSession spark, BlockFeatures.Settings settings) throws Exception {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        byte[] content = ModelBytes.readWeights(weights, configuration);
        try (ResultDirectory results = job.results(spark)) {
            return run(spark, content, settings, results);
        }
    }

    private int run(SparkSession spark, byte[] content, BlockFeatures.Settings settings, ResultDirectory results)
            throws Exception {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        PhotoList list = job.photos(results, configuration);
        PhotoList.Summary summary = list.summary();
        Map<String, String> inputs = new LinkedHashMap<>();
        inputs.put("--weights", Sha256.of(content));
        inputs.put("the settings", settings.toString());
        JobKey key = results.begin(job.key(
                spark, summary, BatchSizes.frozen(settings.size(), Integer.MAX_VALUE, threads), threads, inputs));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        BlockFeatures features = new BlockFeatures(
                settings,
                context.broadcast(content),
                context.broadcast(new SerializableConfiguration(configuration)),
                results.toString());
        LongAdder added = new LongAdder();
        LongAdder unusable = new LongAdder();
        job.run(spark, list, key, results, (number, blocks) -> {
            context.parallelize(blocks, blocks.size())
                    .mapPartitions(features)
                    .collect()
                    .forEach(counts -> {
                        added.add(counts[0]);
                        unusable.add(counts[1]);
                    });
            results.mark(number);
        });
        Main.say("added features of " + added + " photos to '" + results + "'; " + unusable + " were unusable");
        if (added.sum() == 0 && unusable.sum() > 0) {
            throw new FinetuneException(
                    ExitCode.DATA, "None of the " + unusable + " photos are usable; repair them or name others.");
        }
        return ExitCode.SUCCESS.code();
    }
}
