package org.finetune.spark;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Spark as these jobs need it, unless the user has set it otherwise, or a service such as Databricks has started it before. */
final class Session implements AutoCloseable {
    /** The number of threads with which a task computes. */
    private static final String TASK_CPUS = "spark.task.cpus";

    private static final String EXECUTOR_CORES = "spark.executor.cores";

    private static final Map<String, String> DEFAULTS = Map.of(
            // ND4J's arrays and the decoder process are outside the heap.
            "spark.executor.memoryOverhead", "2g",
            // Java names files in the charset of the locale.
            "spark.executorEnv.LC_ALL", "C.UTF-8",
            // As scripts/finetune sets them, for Java as for train.
            "spark.executorEnv.OMP_WAIT_POLICY", "passive",
            "spark.executorEnv.MALLOC_MMAP_THRESHOLD_", "33554432",
            "spark.executorEnv.MALLOC_TRIM_THRESHOLD_", "2000000000",
            "spark.executorEnv.MALLOC_TOP_PAD_", "67108864",
            "spark.executor.defaultJavaOptions",
                    "-XX:+UseSerialGC -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
                            + " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000",
            // The second makes files of an unfinished job visible.
            "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1");

    /** A setting by which a context is known that was started here. */
    private static final String MARK = "spark.finetune.session";

    private final SparkSession spark;
    private final boolean started;

    private Session(SparkSession spark, boolean started) {
        this.spark = spark;
        this.started = started;
    }

    /** Starts Spark, unless it runs in this process already. */
    static Session start() {
        String mark = UUID.randomUUID().toString();
        SparkConf conf = new SparkConf().set(MARK, mark);
        DEFAULTS.forEach(conf::setIfMissing);
        // One task at a time: an executor has one thread that computes.
        conf.setIfMissing(EXECUTOR_CORES, conf.get(TASK_CPUS, "1"));
        SparkSession spark = SparkSession.builder().config(conf).getOrCreate();
        return new Session(spark, mark.equals(spark.sparkContext().getConf().get(MARK, "")));
    }

    /** Whether Spark runs in this process, which then is not to be ended. */
    static boolean isRunning() {
        Option<SparkSession> session = SparkSession.getDefaultSession();
        return session.isDefined() && !session.get().sparkContext().isStopped();
    }

    SparkSession spark() {
        return spark;
    }

    /** Stops Spark if it was started here. */
    @Override
    public void close() {
        if (started) {
            spark.stop();
        }
    }

    /** The number of threads with which a task computes. */
    static int threads(SparkSession spark) {
        return spark.sparkContext().getConf().getInt(TASK_CPUS, 1);
    }

    /** The number of cores that the job has or has asked for. At its start, not all of its executors may be there yet. */
    static int cores(SparkSession spark) {
        SparkConf conf = spark.sparkContext().getConf();
        int ofExecutors = conf.getInt("spark.executor.instances", 0) * conf.getInt(EXECUTOR_CORES, 1);
        int wanted = Math.max(conf.getInt("spark.cores.max", 0), ofExecutors);
        return Math.max(wanted, spark.sparkContext().defaultParallelism());
    }

    /** What is unfortunate about the settings, a sentence each. */
    static List<String> warnings(SparkSession spark) {
        int cores = spark.sparkContext().getConf().getInt(EXECUTOR_CORES, 1);
        int threads = threads(spark);
        return cores == threads
                ? List.of()
                : List.of(EXECUTOR_CORES + " is " + cores + " and " + TASK_CPUS + " " + threads
                        + ", but an executor computes one task at a time; set both to the same number");
    }
}
