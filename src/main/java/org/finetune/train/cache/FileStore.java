package org.finetune.train.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Activations in a file. Records are read by their position rather than by a mapping of the whole file, so that the
 * process stays as small as its buffers while the operating system keeps in memory what fits.
 */
final class FileStore implements ActivationStore {
    private final Path file;
    private final long recordBytes;
    private final FileChannel channel;

    FileStore(Path file, int recordLength) {
        this.file = file;
        this.recordBytes = (long) recordLength * Float.BYTES;
        try {
            Files.createDirectories(file.getParent());
            this.channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private FinetuneException failure(IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot keep activations in '" + file + "': " + e.getMessage()
                        + "; make room there or choose another --out.",
                e);
    }

    @Override
    public void write(long record, int records, FloatPointer values) {
        ByteBuffer bytes = bytes(values, records * recordBytes);
        try {
            for (long position = record * recordBytes; bytes.hasRemaining(); ) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public void read(long record, FloatPointer destination) {
        ByteBuffer bytes = bytes(destination, recordBytes);
        try {
            for (long position = record * recordBytes; bytes.hasRemaining(); ) {
                int read = channel.read(bytes, position);
                if (read < 0) {
                    throw new IOException("it ends at byte " + position);
                }
                position += read;
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static ByteBuffer bytes(FloatPointer values, long length) {
        return new BytePointer(values).capacity(length).asByteBuffer();
    }

    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
