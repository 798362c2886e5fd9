package org.finetune.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Keeps other jobs out of an output directory, by a file that is written again at each beat. Storage of all kinds has files, but
 * hardly any has locks that end with a process: a file that does not change for some beats was left behind by a job that was
 * stopped.
 */
final class OutputLock implements AutoCloseable {
    /** The file, in the directory. */
    static final String NAME = "_lock";

    /** Time between two beats. */
    static final Duration BEAT = Duration.ofSeconds(5);

    /** Beats without a change after which a job is taken for stopped. */
    private static final int MISSED = 6;

    private final Path file;
    private final FileSystem storage;
    private final Duration beat;
    private final String owner = UUID.randomUUID().toString();
    private final ScheduledExecutorService beats = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "output lock");
        thread.setDaemon(true);
        return thread;
    });
    private int number;
    private volatile boolean lost;

    private OutputLock(Path directory, Configuration configuration, Duration beat) throws IOException {
        this.file = new Path(directory, NAME);
        this.storage = file.getFileSystem(configuration);
        this.beat = beat;
    }

    /**
     * Takes the lock, if need be after some beats.
     *
     * @param directory which is created if it is not there
     * @param beat time between two beats, the same for all jobs
     * @throws FinetuneException with {@link ExitCode#DATA} if another job has it
     * @throws IOException if the file cannot be written
     */
    static OutputLock take(Path directory, Configuration configuration, Duration beat) throws IOException {
        OutputLock lock = new OutputLock(directory, configuration, beat);
        while (!lock.create()) {
            lock.awaitEnd();
        }
        long millis = beat.toMillis();
        lock.beats.scheduleAtFixedRate(lock::renew, millis, millis, TimeUnit.MILLISECONDS);
        return lock;
    }

    private boolean create() throws IOException {
        try {
            write(false);
            return true;
        } catch (FileAlreadyExistsException e) {
            if (status() == null) {
                // It is something else that exists.
                throw e;
            }
            return false;
        }
    }

    private void write(boolean again) throws IOException {
        number++;
        byte[] content = (owner + "\n" + number + "\n").getBytes(StandardCharsets.UTF_8);
        SmallFile.write(file, storage, again, out -> out.write(content));
    }

    /** Waits until the file is gone, and deletes it if it does not change. */
    private void awaitEnd() throws IOException {
        FileStatus before = status();
        if (before == null) {
            return;
        }
        Main.say("'" + file.getParent() + "' was not left in order; waiting for " + beat.multipliedBy(MISSED).toSeconds()
                + " s to see whether another job is writing to it");
        for (int i = 0; i < 2 * MISSED; i++) {
            sleep();
            FileStatus now = status();
            if (now == null) {
                return;
            }
            if (now.getModificationTime() != before.getModificationTime()) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "Another job is writing to '" + file.getParent()
                                + "'; wait for it to finish or choose another --out.");
            }
        }
        storage.delete(file, false);
    }

    private void sleep() {
        try {
            Thread.sleep(beat.toMillis() / 2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FinetuneException(ExitCode.INTERRUPTED, "Interrupted.", e);
        }
    }

    private FileStatus status() throws IOException {
        try {
            return storage.getFileStatus(file);
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    private void renew() {
        try {
            if (isOwn()) {
                write(true);
            } else {
                lost = true;
            }
        } catch (IOException e) {
            // The job itself meets storage that fails; here, the next beat may do.
            Main.say("cannot write '" + file + "': " + e.getMessage());
        }
    }

    private boolean isOwn() throws IOException {
        try (InputStream in = storage.open(file)) {
            String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // It is empty where the last beat met a full disk.
            return content.isEmpty() || content.startsWith(owner);
        } catch (FileNotFoundException e) {
            return false;
        }
    }

    /**
     * Checks that no other job has the lock.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if one has
     */
    void requireHeld() {
        if (lost) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Another job has taken over '" + file.getParent()
                            + "', or its files were deleted; let it finish, then run the same command again.");
        }
    }

    /** Gives the lock back and deletes its file. */
    @Override
    public void close() throws IOException {
        beats.shutdown();
        try {
            beats.awaitTermination(beat.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!lost && isOwn()) {
            storage.delete(file, false);
        }
    }
}
