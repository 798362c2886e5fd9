package org.finetune.spark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.hash.Sha256;

/**
 * Where a job writes its results: a directory for each chunk, {@code chunk=00000} and so on, which readers of Hive's partitions take
 * for one table. A chunk is finished when it has {@code _SUCCESS}; {@code _job.json} says what the results depend on.
 */
final class ResultDirectory implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUCCESS = "_SUCCESS";
    private static final String KEY = "_job.json";
    private static final String LISTING = "_photos-";
    /** Hexadecimal digits by which the lists of directories are told apart. */
    private static final int LISTING_DIGITS = 16;

    private static final String UNFINISHED = "_chunk-";

    /** Storage without directories, where renaming one copies each file in it. */
    private static final Set<String> OBJECT_STORES =
            Set.of("s3", "s3a", "s3n", "gs", "oss", "cosn", "obs", "wasb", "wasbs");

    private final Path directory;
    private final Configuration configuration;
    private final FileSystem storage;
    private final String job;
    private final OutputLock lock;

    private ResultDirectory(Path directory, String job, Configuration configuration) throws IOException {
        this.configuration = configuration;
        this.job = job;
        this.storage = directory.getFileSystem(configuration);
        this.directory = storage.makeQualified(directory);
        requireUsable();
        this.lock = OutputLock.take(this.directory, configuration, OutputLock.BEAT);
    }

    /**
     * Opens the directory, for this job alone.
     *
     * @param directory its path or URI
     * @param job what tells this job from others that may have begun here
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is neither empty, absent nor that of an earlier job; with
     *     {@link ExitCode#DATA} if another job is writing to it, or it cannot be written
     */
    static ResultDirectory open(String directory, String job, Configuration configuration) {
        try {
            return new ResultDirectory(new Path(directory), job, configuration);
        } catch (UnsupportedFileSystemException | IllegalArgumentException e) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--out '" + directory + "' cannot be used (" + e.getMessage() + "); correct it.",
                    e);
        } catch (IOException e) {
            throw unwritable(directory, e);
        }
    }

    private void requireUsable() throws IOException {
        FileStatus[] files = storage.exists(directory) ? storage.listStatus(directory) : new FileStatus[0];
        if (files.length > 0
                && Arrays.stream(files).noneMatch(file -> isOwn(file.getPath().getName()))) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "'" + directory + "' contains files not written by finetune-spark; choose another --out.");
        }
    }

    private static boolean isOwn(String name) {
        return name.equals(KEY)
                || name.equals(OutputLock.NAME)
                || name.startsWith(LISTING)
                || name.startsWith(SmallFile.UNFINISHED);
    }

    /**
     * Where the list of the photos of a directory is kept. Each directory has its own, so that another one is not taken for it.
     *
     * @param photos the directory as the user has named it
     */
    Path listing(String photos) {
        String digits = Sha256.of(photos.getBytes(StandardCharsets.UTF_8)).substring(0, LISTING_DIGITS);
        return new Path(directory, LISTING + digits + ".jsonl");
    }

    /** The path or URI. */
    @Override
    public String toString() {
        return directory.toString();
    }

    /**
     * Begins the job here, or resumes an earlier one.
     *
     * @param wanted the key of the job
     * @return the key, with the chunks of the earlier job
     * @throws FinetuneException with {@link ExitCode#USAGE} if an earlier job had another key
     */
    JobKey begin(JobKey wanted) {
        Path file = new Path(directory, KEY);
        try {
            if (!storage.exists(file)) {
                SmallFile.write(file, configuration, out -> out.write(JSON.writeValueAsBytes(wanted)));
                return wanted;
            }
            JobKey earlier;
            try (InputStream in = storage.open(file)) {
                earlier = JSON.readValue(in, JobKey.class);
            }
            List<String> differences = wanted.differences(earlier);
            if (!differences.isEmpty()) {
                throw new FinetuneException(
                        ExitCode.USAGE,
                        "'" + directory + "' has results of another job (different: " + String.join(", ", differences)
                                + "); choose another --out, or repeat that job.");
            }
            return wanted.withChunk(earlier.chunk());
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Whether a chunk is there, as a whole. */
    boolean isFinished(int chunk) {
        try {
            return storage.exists(new Path(chunk(chunk), SUCCESS));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private Path chunk(int number) {
        return new Path(directory, String.format(Locale.ROOT, "chunk=%05d", number));
    }

    /**
     * Writes a chunk. Where storage has directories, it appears as a whole, when all of it is there; in object stores its files
     * appear when the committer completes their uploads, and {@code _SUCCESS} comes last.
     */
    void write(int number, Dataset<Row> rows, OutputFormat format) {
        lock.requireHeld();
        Path finished = chunk(number);
        Path written = OBJECT_STORES.contains(storage.getScheme())
                ? finished
                : new Path(directory, UNFINISHED + number + "-" + job);
        try {
            storage.delete(finished, true);
            storage.delete(written, true);
            format.write(rows, written.toString());
            if (!storage.exists(new Path(written, SUCCESS))) {
                throw new IOException("Spark has not written _SUCCESS; do not set "
                        + "mapreduce.fileoutputcommitter.marksuccessfuljobs to false");
            }
            lock.requireHeld();
            if (!written.equals(finished) && !storage.rename(written, finished)) {
                throw new IOException("'" + written.getName() + "' cannot be renamed to '" + finished.getName() + "'");
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Marks a chunk as finished whose results are in files of the directory itself. */
    void mark(int number) {
        try {
            storage.create(new Path(chunk(number), SUCCESS), true).close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Ends the job: deletes what stopped jobs have left and marks the directory as whole. */
    void end() {
        try {
            for (FileStatus file : storage.listStatus(directory)) {
                String name = file.getPath().getName();
                if (name.startsWith(UNFINISHED) || name.endsWith(BlockFeatures.UNFINISHED)) {
                    storage.delete(file.getPath(), true);
                }
            }
            storage.create(new Path(directory, SUCCESS), true).close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * The failure of a job of Spark, in which that of the storage may be far down.
     *
     * @return the failure itself if the storage is not at fault
     */
    Exception failure(Exception e) {
        IOException storageFailure = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FinetuneException known) {
                return known;
            }
            if (cause instanceof IOException failure) {
                storageFailure = failure;
            }
        }
        return storageFailure == null ? e : failure(storageFailure);
    }

    private FinetuneException failure(IOException e) {
        return unwritable(toString(), e);
    }

    private static FinetuneException unwritable(String directory, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot write to '" + directory + "' (" + FailureReason.of(e)
                        + "); check this storage, its rights and the executors' disks, and run the same command again.",
                e);
    }

    /** Lets other jobs in. Nothing is left of a job that has failed before it began. */
    @Override
    public void close() {
        try {
            lock.close();
            if (storage.listStatus(directory).length == 0) {
                storage.delete(directory, false);
            }
        } catch (IOException e) {
            Main.say("cannot delete the lock of '" + directory + "': " + FailureReason.of(e));
        }
    }
}
