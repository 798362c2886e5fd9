package org.finetune.data.archive;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/**
 * A file without a name, which is gone when the program ends, however it ends. What is decompressed to it must not become so
 * large as only files made to do harm do.
 *
 * @param origin what it is a copy of, for messages
 * @param most bytes that it may have
 * @param channel the open file
 */
record TemporaryFile(Path origin, long most, FileChannel channel) {
    /** Photos are compressed already. */
    private static final int MOST_TIMES_LARGER = 100;

    /** Up to this size, an archive may be that of a drawing. */
    private static final long SMALL = 256L << 20;

    /**
     * Creates an empty file.
     *
     * @param compressed bytes that the origin has
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    static TemporaryFile create(Path origin, long compressed) {
        try {
            // Its name is deleted as soon as it is open.
            FileChannel channel = FileChannel.open(
                    Files.createTempFile("finetune-", ".copy"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            return new TemporaryFile(origin, Math.max(SMALL, MOST_TIMES_LARGER * compressed), channel);
        } catch (IOException e) {
            throw noRoom(origin, e);
        }
    }

    /**
     * Adds bytes at the end.
     *
     * @return where they begin
     * @throws FinetuneException with {@link ExitCode#DATA} if the disk is full, or they are too many
     */
    long add(ByteBuffer bytes) {
        try {
            long start = channel.size();
            if (start + bytes.remaining() > most) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "'" + origin + "' becomes more than " + MOST_TIMES_LARGER
                                + " times larger when it is decompressed, as bombs do; unpack it yourself if you trust it.");
            }
            while (bytes.hasRemaining()) {
                channel.write(bytes, channel.size());
            }
            return start;
        } catch (IOException e) {
            throw noRoom(origin, e);
        }
    }

    /** Deletes it. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FinetuneException noRoom(Path origin, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot copy the content of '" + origin + "' to '" + System.getProperty("java.io.tmpdir") + "' ("
                        + FailureReason.of(e)
                        + "); set a directory with more room by -Djava.io.tmpdir=DIR in FINETUNE_JAVA_OPTS.",
                e);
    }
}
