package org.finetune.train.features;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.hash.Crc32c;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * Activations in a file, in the machine's byte order. Records are read by their position rather than by a mapping of
 * the whole file, so that the process stays as small as its buffers while the operating system keeps in memory what
 * fits. Each record has a CRC-32C, which the file's owner keeps elsewhere, and which is checked at each reading.
 */
final class FileStore implements ActivationStore {
    private final int recordLength;
    private final FileChannel channel;
    private Path file;
    private int[] checksums;
    private int records;

    private FileStore(Path file, int recordLength, FileChannel channel, int[] checksums) {
        this.file = file;
        this.recordLength = recordLength;
        this.channel = channel;
        this.checksums = checksums;
        this.records = checksums.length;
    }

    /**
     * Opens a file to go on with after its first records; what comes after them is cut off.
     *
     * @param checksums CRC-32C of each of the records
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    static FileStore append(Path file, int recordLength, int[] checksums) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel =
                    PlainFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            channel.truncate((long) checksums.length * recordLength * Float.BYTES);
            return new FileStore(file, recordLength, channel, checksums);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    /**
     * Opens a finished file, for writing too where that is allowed.
     *
     * @param checksums CRC-32C of each of the records
     */
    static FileStore open(Path file, int recordLength, int[] checksums) throws IOException {
        FileChannel channel = Files.isWritable(file)
                ? PlainFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : PlainFiles.open(file, StandardOpenOption.READ);
        return new FileStore(file, recordLength, channel, checksums);
    }

    private static FinetuneException cannotWrite(Path file, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot write the feature cache in '" + file + "': " + FailureReason.of(e)
                        + "; free some space there or choose another directory with --out or --cache.",
                e);
    }

    /** Number of records. */
    int records() {
        return records;
    }

    /** Length of the file in bytes. */
    long size() throws IOException {
        return channel.size();
    }

    /** Reads all records and returns the numbers of those that are damaged. */
    BitSet damaged() {
        BitSet damaged = new BitSet();
        ByteBuffer buffer = ByteBuffer.allocateDirect(recordBytes());
        for (int record = 0; record < records; record++) {
            damaged.set(record, !isRead(record, buffer.clear()));
        }
        return damaged;
    }

    /** Moves the file, once it is on disk as a whole, to its final place, replacing what is there. */
    void keepAs(Path target) {
        try {
            channel.force(true);
            if (!file.equals(target)) {
                AtomicFile.replace(target, file);
                file = target;
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /** Deletes the file. It can still be read until the store is closed. */
    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    public int recordLength() {
        return recordLength;
    }

    private int recordBytes() {
        return recordLength * Float.BYTES;
    }

    @Override
    public void append(int added, FloatPointer values) {
        if (checksums.length < records + added) {
            checksums = Arrays.copyOf(checksums, Math.max(2 * checksums.length, records + added));
        }
        int first = records;
        records += added;
        write(first, added, values);
    }

    @Override
    public void write(int first, int count, FloatPointer values) {
        ByteBuffer bytes = bytes(values, count);
        for (int i = 0; i < count; i++) {
            checksums[first + i] = Crc32c.of(bytes.slice(i * recordBytes(), recordBytes()));
        }
        try {
            for (long position = (long) first * recordBytes(); bytes.hasRemaining(); ) {
                position += channel.write(bytes, position);
            }
        } catch (IOException e) {
            throw cannotWrite(file, e);
        } catch (NonWritableChannelException e) {
            throw cannotWrite(file, new IOException("it is damaged and not writable", e));
        }
    }

    @Override
    public int checksum(int record) {
        return checksums[record];
    }

    @Override
    public boolean read(int record, FloatPointer destination) {
        return isRead(record, bytes(destination, 1));
    }

    /** Reads a record and tells whether it is what was written. */
    private boolean isRead(int record, ByteBuffer bytes) {
        try {
            for (long position = (long) record * recordBytes(); bytes.hasRemaining(); ) {
                int read = channel.read(bytes, position);
                if (read < 0) {
                    return false;
                }
                position += read;
            }
            return Crc32c.of(bytes.flip()) == checksums[record];
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    @Override
    public void readAhead(int[] ascending) {
        try (BytePointer memory = new BytePointer(recordBytes())) {
            ByteBuffer bytes = memory.asByteBuffer();
            for (int record : ascending) {
                // Whether it is whole is checked when it is used.
                channel.read(bytes.clear(), (long) record * recordBytes());
            }
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private FinetuneException cannotRead(IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot read the feature cache in '" + file + "': " + FailureReason.of(e)
                        + "; do not change the file during the run, and run again.",
                e);
    }

    private ByteBuffer bytes(FloatPointer values, int count) {
        return new BytePointer(values).capacity((long) count * recordBytes()).asByteBuffer();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }
}
