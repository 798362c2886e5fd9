package org.finetune.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.finetune.FinetuneException;
import org.finetune.data.StorageException;
import org.finetune.data.decode.ImageDecoder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all jobs: the photos, where the results go, and how the work is divided. */
final class JobOptions {
    /** Tasks that each core gets of a chunk, of which there are two at a time. */
    private static final int TASKS_OF_CORE = 4;

    /** More would not fit into the memory of an executor. */
    private static final int MAX_BLOCK = 1 << 20;

    @Option(
            names = "--photos",
            required = true,
            paramLabel = "<uri>",
            description = "A CSV, TSV or JSONL file that lists photos, or a directory, which is searched recursively. "
                    + "Paths in the file start from its directory; URIs are allowed too.")
    private String photos;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "<uri>",
            description = "New directory for the results, or that of a stopped job to resume.")
    private String out;

    @Option(
            names = "--max-pixels",
            paramLabel = "<n>",
            description =
                    "Maximum photo size in pixels (width x height). Default: " + ImageDecoder.DEFAULT_MAX_PIXELS + ".")
    private long maxPixels = ImageDecoder.DEFAULT_MAX_PIXELS;

    @Option(
            names = "--block",
            paramLabel = "<n>",
            defaultValue = "4096",
            description = "Number of photos per task, rounded up to whole batches of the network. Default: 4096.")
    private int block;

    @Option(
            names = "--chunk",
            paramLabel = "<n>",
            description =
                    "Number of blocks that are finished together; after a stop, an unfinished chunk is computed again. "
                            + "Default: 4 for each core.")
    private Integer chunk;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Refuses options that are out of range. */
    void check() {
        require(block >= 1 && block <= MAX_BLOCK, "--block must be from 1 to " + MAX_BLOCK + ", not " + block);
        require(chunk == null || chunk >= 1, "--chunk must be at least 1, not " + chunk);
        require(maxPixels >= 1, "--max-pixels must be at least 1, not " + maxPixels);
    }

    /** Refuses the command line unless a condition holds. */
    void require(boolean right, String message) {
        if (!right) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    long maxPixels() {
        return maxPixels;
    }

    /** Where the results go, for this job alone. */
    ResultDirectory results(SparkSession spark) {
        return ResultDirectory.open(
                out, spark.sparkContext().applicationId(), spark.sparkContext().hadoopConfiguration());
    }

    /** The photos; those of a directory are listed in that of the results. */
    PhotoList photos(ResultDirectory results, Configuration configuration) {
        return PhotoList.of(photos, results.listing(photos), configuration);
    }

    /**
     * The key of a job.
     *
     * @param summary of the photos
     * @param batch images of the network's batch
     * @param threads number of threads that compute, which decides about the last bits
     * @param inputs what else results depend on
     */
    JobKey key(SparkSession spark, PhotoList.Summary summary, int batch, int threads, Map<String, String> inputs) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("finetune's version", version());
        all.put("--photos", summary.sha256());
        all.put("--max-pixels", Long.toString(maxPixels));
        all.put("the number of threads", Integer.toString(threads));
        all.putAll(inputs);
        return new JobKey(
                all,
                summary.photos(),
                (block + batch - 1) / batch * batch,
                chunk == null ? TASKS_OF_CORE * Session.cores(spark) : chunk);
    }

    private static String version() {
        return String.valueOf(FinetuneException.class.getPackage().getImplementationVersion());
    }

    /** Computes the blocks of a chunk and finishes it; other chunks are computed at the same time. */
    interface ChunkWork {
        /** Computes a chunk. Spark's exceptions are checked ones, although its methods do not declare them. */
        void run(int number, List<String[]> blocks) throws Exception;
    }

    /** Has all chunks computed that are not finished. */
    void run(SparkSession spark, PhotoList list, JobKey key, ResultDirectory results, ChunkWork work) throws Exception {
        try (PhotoList.Ids ids = list.open();
                ChunkQueue chunks = new ChunkQueue(spark.sparkContext())) {
            long listed = 0;
            for (int chunk = 0; ids.hasNext(); chunk++) {
                chunks.awaitRoom();
                int number = chunk;
                List<String[]> blocks = blocks(ids, key);
                listed += blocks.stream().mapToLong(block -> block.length).sum();
                String name = "chunk " + number;
                String photosUpToHere = listed + " of " + key.photos() + " photos";
                if (results.isFinished(number)) {
                    chunks.begin(name, () -> {}, name + " is there already: " + photosUpToHere);
                } else {
                    chunks.begin(
                            name, () -> run(work, number, blocks, results), name + " is finished: " + photosUpToHere);
                }
            }
            chunks.awaitAll();
        } catch (IOException e) {
            throw StorageException.reading(photos, e);
        }
        results.end();
    }

    private static void run(ChunkWork work, int number, List<String[]> blocks, ResultDirectory results)
            throws Exception {
        try {
            work.run(number, blocks);
        } catch (Exception e) {
            throw results.failure(e);
        }
    }

    /** The next blocks, as many as a chunk has. */
    private static List<String[]> blocks(PhotoList.Ids ids, JobKey key) {
        List<String[]> blocks = new ArrayList<>();
        while (blocks.size() < key.chunk() && ids.hasNext()) {
            List<String> block = new ArrayList<>();
            while (block.size() < key.block() && ids.hasNext()) {
                block.add(ids.next());
            }
            blocks.add(block.toArray(String[]::new));
        }
        return blocks;
    }
}
