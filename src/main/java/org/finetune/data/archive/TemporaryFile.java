package org.finetune.data.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/**
 * A file without a name, which is gone when the program ends, however it ends.
 *
 * @param origin what it is a copy of, for messages
 * @param channel the open file
 */
record TemporaryFile(Path origin, FileChannel channel) {

    /**
     * Creates an empty file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    static TemporaryFile create(Path origin) {
        try {
            // Its name is deleted as soon as it is open.
            FileChannel channel = FileChannel.open(
                    Files.createTempFile("finetune-", ".copy"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
            return new TemporaryFile(origin, channel);
        } catch (IOException e) {
            throw noRoom(origin, e);
        }
    }

    /**
     * Adds bytes at the end.
     *
     * @return where they begin
     * @throws FinetuneException with {@link ExitCode#DATA} if the disk is full
     */
    long add(byte[] bytes) {
        return add(ByteBuffer.wrap(bytes));
    }

    /** The same. */
    long add(ByteBuffer bytes) {
        try {
            long start = channel.size();
            while (bytes.hasRemaining()) {
                channel.write(bytes, channel.size());
            }
            return start;
        } catch (IOException e) {
            throw noRoom(origin, e);
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
