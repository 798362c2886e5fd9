package org.finetune.spark;

import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.backend.BatchSizes;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.hash.Sha256;
import org.finetune.model.SavedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code finetune-spark predict}. */
@Command(
        name = "predict",
        sortOptions = false,
        description = "Predicts the class of each photo, with probabilities. The same command resumes a stopped job.",
        footer = {
            "",
            "Example:",
            "  finetune-spark --master yarn --num-executors 64 predict hdfs:///runs/flowers \\",
            "      --photos s3a://photos/list.csv --out s3a://results/flowers"
        })
final class PredictCommand implements Callable<Integer> {
    private static final String ERRORS = OutputFormat.ERROR + " IS NOT NULL";

    @Parameters(paramLabel = "RUN", description = "Run directory of the classifier, or its model.zip: a path or URI.")
    private String run;

    @Mixin
    private JobOptions job;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "parquet",
            description = "Output format: parquet, csv or jsonl. Default: parquet.")
    private OutputFormat format;

    @Option(
            names = "--top",
            paramLabel = "<n>",
            defaultValue = "1",
            description = "Number of classes to write for each photo. Default: 1.")
    private int top;

    @Option(
            names = "--max-bad-fraction",
            paramLabel = "<share>",
            defaultValue = "0.05",
            description = "Maximum fraction of unusable photos before the job is reported as failed, when all is "
                    + "written. Default: 0.05.")
    private double maxBadFraction;

    @Override
    public Integer call() throws Exception {
        job.check();
        job.require(top >= 1, "--top must be at least 1, not " + top);
        job.require(maxBadFraction >= 0 && maxBadFraction <= 1, "--max-bad-fraction must be from 0 to 1");
        try (Session session = Session.start()) {
            Session.warnings(session.spark()).forEach(Main::say);
            return run(session.spark());
        }
    }

    private int run(SparkSession spark) throws Exception {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        byte[] content = ModelBytes.readModel(run, configuration);
        SavedModel model = ModelBytes.parse(content);
        try (ResultDirectory results = job.results(spark)) {
            return run(spark, content, model, results);
        }
    }

    private int run(SparkSession spark, byte[] content, SavedModel model, ResultDirectory results) throws Exception {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        PhotoList list = job.photos(results, configuration);
        PhotoList.Summary summary = list.summary();
        int threads = Session.threads(spark);
        JobKey key = results.begin(job.key(
                spark,
                summary,
                BatchSizes.frozen(model.architecture().size(), summary.photos(), threads),
                threads,
                Map.of(
                        "RUN", Sha256.of(content),
                        "--format", format.toString(),
                        "--top", Integer.toString(top))));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        BlockPrediction prediction = new BlockPrediction(
                new BlockPrediction.Settings(
                        summary.photos(), format, Math.min(top, model.classes().size()), job.maxPixels(), threads),
                context.broadcast(content),
                context.broadcast(new SerializableConfiguration(configuration)));
        job.run(
                spark,
                list,
                key,
                results,
                (number, blocks) -> results.write(
                        number,
                        spark.createDataFrame(
                                context.parallelize(blocks, blocks.size()).mapPartitions(prediction),
                                format.schema(prediction.settings().top())),
                        format));
        return check(
                summary.photos(),
                format.read(spark, results.toString(), prediction.settings().top()),
                results);
    }

    /** Counts what is written, and the bad photos in it: tasks that ran twice would be counted twice. */
    private int check(long photos, Dataset<Row> rows, ResultDirectory results) {
        long written = rows.count();
        if (written != photos) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "'" + results + "' has " + written + " rows for " + photos
                            + " photos; delete it and run the same command again.");
        }
        Dataset<Row> bad = rows.filter(ERRORS);
        long count = bad.count();
        if (count == 0) {
            Main.say("predicted " + photos + " photos");
            return ExitCode.SUCCESS.code();
        }
        Row first = bad.first();
        String example = "'" + first.getString(0) + "' (" + first.getAs(OutputFormat.ERROR) + ")";
        if (new BadPhotoPolicy(false, maxBadFraction).isExceeded(count, photos)) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    count + " of " + photos + " photos are unusable, such as " + example
                            + "; the others are predicted. Repair or remove them, or raise --max-bad-fraction.");
        }
        Main.say("predicted " + (photos - count) + " photos; " + count + " more are unusable, such as " + example
                + ": see the column " + OutputFormat.ERROR);
        return ExitCode.SUCCESS.code();
    }
}
