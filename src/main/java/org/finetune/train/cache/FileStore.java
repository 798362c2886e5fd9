package org.finetune.train.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Activations in a file, in the machine's byte order. Records are read by their position rather than by a mapping of
 * the whole file, so that the process stays as small as its buffers while the operating system keeps in memory what
 * fits.
 */
final class FileStore implements ActivationStore {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path file;
    private final int recordLength;
    private final FileChannel channel;
    private final CRC32C crc32c = new CRC32C();
    private long size;
    private boolean temporary;

    private FileStore(Path file, int recordLength, FileChannel channel, boolean temporary) {
        this.file = file;
        this.recordLength = recordLength;
        this.channel = channel;
        this.temporary = temporary;
    }

    /**
     * Creates an empty file, which is deleted when the store is closed unless it has been {@link #keepAs kept}.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    static FileStore create(Path file, int recordLength) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            file.toFile().deleteOnExit();
            return new FileStore(file, recordLength, channel, true);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /** Opens a file that stays. It is read once as a whole, for its {@link #crc32c()}. */
    static FileStore open(Path file, int recordLength) throws IOException {
        FileStore store = new FileStore(file, recordLength, FileChannel.open(file, StandardOpenOption.READ), false);
        try {
            store.readWhole();
            return store;
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private void readWhole() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        for (int read = channel.read(buffer, size); read >= 0; read = channel.read(buffer.clear(), size)) {
            crc32c.update(buffer.flip());
            size += read;
        }
    }

    private static FinetuneException cannotWrite(Path file, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot keep activations in '" + file + "': " + e.getMessage()
                        + "; make room there or choose another directory with --out or --cache.",
                e);
    }

    /** CRC-32C of the file's content. */
    long crc32c() {
        return crc32c.getValue();
    }

    /** Length of the file in bytes. */
    long size() {
        return size;
    }

    /** Moves the file, once it is on disk as a whole, to its final place, replacing what is there. */
    void keepAs(Path target) {
        try {
            channel.force(true);
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            temporary = false;
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    @Override
    public int recordLength() {
        return recordLength;
    }

    @Override
    public void append(int records, FloatPointer values) {
        ByteBuffer bytes = bytes(values, records);
        crc32c.update(bytes.duplicate());
        try {
            while (bytes.hasRemaining()) {
                size += channel.write(bytes, size);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    public void read(long record, FloatPointer destination) {
        ByteBuffer bytes = bytes(destination, 1);
        try {
            for (long position = record * bytes.limit(); bytes.hasRemaining(); ) {
                int read = channel.read(bytes, position);
                if (read < 0) {
                    throw new IOException("it ends at byte " + position);
                }
                position += read;
            }
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot read the activations in '" + file + "': " + e.getMessage()
                            + "; leave the file alone during the run, and run again.",
                    e);
        }
    }

    private ByteBuffer bytes(FloatPointer values, int records) {
        return new BytePointer(values)
                .capacity((long) records * recordLength * Float.BYTES)
                .asByteBuffer();
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (temporary) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
