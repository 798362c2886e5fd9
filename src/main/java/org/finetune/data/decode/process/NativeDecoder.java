package org.finetune.data.decode.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.bytedeco.opencv.opencv_core.Mat;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.data.decode.process.HeifLibrary.Codec;

/**
 * Decodes JPEG and WebP with the native libraries in OpenCV, and HEIC and AVIF with the system's libheif, in a process of their
 * own that serves all threads.
 *
 * <p>When that process ends, as by a fault in one of the libraries, a new one is started, and the files that were being decoded are
 * tried again there, one at a time. The one with which it ends again is the cause. The same is done when a file takes too long.
 */
public final class NativeDecoder implements AutoCloseable {
    /** Longest time that the decoding of a file may take. */
    public static final Duration TIME_LIMIT = Duration.ofSeconds(60);

    /** The decoder of this process. */
    public static final NativeDecoder INSTANCE =
            new NativeDecoder(List.of(Path.of("/dev/shm"), Path.of(System.getProperty("java.io.tmpdir"))), TIME_LIMIT);

    private final List<Path> directories;
    private final Duration timeLimit;
    /** Held by each thread that decodes, and alone by one that tries again. */
    private final ReadWriteLock turns = new ReentrantReadWriteLock();

    private DecoderProcess process;

    /**
     * A decoder, whose process is not yet started.
     *
     * @param directories where files for the shared memory can be; the first with enough room is used
     * @param timeLimit longest time for a file
     */
    NativeDecoder(List<Path> directories, Duration timeLimit) {
        this.directories = directories;
        this.timeLimit = timeLimit;
    }

    /**
     * Begins to start the process, unless that was done, without waiting for it. If it does not start, that is reported when
     * something is to be decoded.
     */
    public void startEarly() {
        CompletableFuture<Void> unused = CompletableFuture.runAsync(this::process);
    }

    /**
     * Waits until the process can decode.
     *
     * @return the ID of the process
     * @throws FinetuneException with {@link ExitCode#BACKEND} if it does not start
     */
    public long start() {
        DecoderProcess started = process();
        try {
            started.awaitReady();
        } catch (DecoderDeathException e) {
            throw notStarted(e.getMessage(), e);
        }
        return started.pid();
    }

    /**
     * Decodes a file to 8-bit BGR. The caller closes the result.
     *
     * @param file the contents of the file
     * @param reduction factor by which width and height of a JPEG file are divided: 1, 2, 4 or 8
     * @param width expected width of the result
     * @param height expected height of the result
     * @throws DecoderCrashException if the file makes the decoder crash, or takes longer than the time limit
     * @throws IOException if the file is damaged or of another size
     * @throws FinetuneException with {@link ExitCode#BACKEND} if there is no room for the result, or the process does not start or
     *     is killed
     */
    public Mat decode(byte[] file, int reduction, int width, int height) throws IOException {
        return decode(file, new DecodingTask(DecoderMain.DECODE, reduction, width, height));
    }

    /**
     * Decodes a HEIC or AVIF file to 8-bit RGBA, as {@link #decode}.
     *
     * @param codec what compresses its images
     * @throws MissingLibraryException if the system lacks the library for such files
     */
    public Mat decodeHeif(byte[] file, Codec codec, int width, int height) throws IOException {
        return decode(file, new DecodingTask(DecoderMain.DECODE_HEIF, codec.ordinal(), width, height));
    }

    private Mat decode(byte[] file, DecodingTask task) throws IOException {
        turns.readLock().lock();
        try {
            return process().decode(file, task);
        } catch (DecoderDeathException e) {
            // Another process may do better.
        } finally {
            turns.readLock().unlock();
        }
        turns.writeLock().lock();
        try {
            return process().decode(file, task);
        } catch (DecoderDeathException e) {
            throw verdict(e);
        } finally {
            turns.writeLock().unlock();
        }
    }

    private DecoderCrashException verdict(DecoderDeathException death) {
        if (!death.wasReady()) {
            throw notStarted(death.getMessage(), death);
        }
        if (death.wasOverdue()) {
            return new DecoderCrashException("decoding takes longer than " + timeLimit.toSeconds() + " s", death);
        }
        if (death.wasKilled()) {
            throw new FinetuneException(
                    ExitCode.BACKEND,
                    "The decoder process was killed twice, probably because memory is short; give the machine "
                            + "or container more memory, or skip large photos with --max-pixels.",
                    death);
        }
        return new DecoderCrashException("its decoder crashed", death);
    }

    private static FinetuneException notStarted(String reason, Exception cause) {
        return new FinetuneException(
                ExitCode.BACKEND,
                "The decoder process does not start: it " + reason + "; run 'finetune doctor' to check the machine.",
                cause);
    }

    private synchronized DecoderProcess process() {
        if (process == null || process.hasEnded()) {
            try {
                process = DecoderProcess.start(directories, timeLimit);
            } catch (IOException e) {
                throw notStarted("cannot be run (" + FailureReason.of(e) + ")", e);
            }
        }
        return process;
    }

    /** Number of files that are being decoded. */
    public int inProgress() {
        return process().inProgress();
    }

    /** Ends the process, if there is one. It also ends with this process, however that ends. */
    @Override
    public synchronized void close() {
        if (process != null) {
            process.close();
        }
    }
}
