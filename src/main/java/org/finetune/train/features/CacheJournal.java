package org.finetune.train.features;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.hash.Crc32c;
import org.finetune.run.PlainFiles;

/**
 * Says which images of a cache in the making are done. After the key of the cache it has an entry for each batch, which
 * is written when the activations of the batch are: a process that goes on with the cache takes the entries up to the
 * first that is damaged or not whole. An entry is the length of its content, the content's CRC-32C and the content.
 */
final class CacheJournal implements AutoCloseable {
    private static final int HEADER = 2 * Integer.BYTES;
    /** The journals that this process has open. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;
    private final List<Batch> batches;
    private final List<Long> ends = new ArrayList<>();

    /**
     * A batch that is done.
     *
     * @param images its images, in order
     */
    record Batch(List<Image> images) {}

    /**
     * An image that is done.
     *
     * @param sha256 SHA-256 of the content in hexadecimal, or "" if it could not be read
     * @param failure why it has no activations, or "" if it has
     * @param checksums CRC-32C of its records, those of one layer after those of another
     */
    record Image(String sha256, String failure, int[] checksums) {}

    private CacheJournal(Path file, FileChannel channel, List<Batch> batches) {
        this.file = file;
        this.channel = channel;
        this.batches = batches;
    }

    /**
     * Opens a journal, which is empty if there is none yet or it is about another cache. It is locked until it is
     * closed; the lock is one of the operating system's, which ends with the process.
     *
     * @param key stands for what is kept
     * @param records records of each image that has activations
     * @return the journal, or nothing if another run has it
     * @throws FinetuneException with {@link ExitCode#DATA} if it cannot be read or written
     */
    static Optional<CacheJournal> open(Path file, String key, int records) {
        try {
            Files.createDirectories(file.getParent());
            FileChannel channel = lock(file);
            if (channel == null) {
                return Optional.empty();
            }
            CacheJournal journal = new CacheJournal(file, channel, new ArrayList<>());
            journal.readEntries(key, records);
            return Optional.of(journal);
        } catch (IOException e) {
            throw cannotUse(file, e);
        }
    }

    /** Opens a file that no other run has open; null if one has. */
    private static FileChannel lock(Path file) throws IOException {
        // Where this process has it, another channel must not be opened: closing that would end the lock.
        if (!OWN.add(file.toAbsolutePath())) {
            return null;
        }
        try {
            FileChannel channel =
                    PlainFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
            OWN.remove(file.toAbsolutePath());
            return null;
        } catch (IOException e) {
            OWN.remove(file.toAbsolutePath());
            throw e;
        }
    }

    /** Whether a run that is going on has the journal. */
    static boolean isInUse(Path file) throws IOException {
        try (FileChannel channel = lock(file)) {
            if (channel == null) {
                return true;
            }
            OWN.remove(file.toAbsolutePath());
            return false;
        }
    }

    private void readEntries(String key, int records) throws IOException {
        byte[] header = entry();
        if (header == null || !key.equals(new DataInputStream(new ByteArrayInputStream(header)).readUTF())) {
            begin(key);
            return;
        }
        ends.add(channel.position());
        for (byte[] content = entry(); content != null; content = entry()) {
            Batch batch = batch(content, records);
            if (batch == null) {
                break;
            }
            batches.add(batch);
            ends.add(channel.position());
        }
        keep(batches.size());
    }

    /** Takes back all batches but the first ones. */
    void keep(int count) {
        try {
            channel.truncate(ends.get(count)).position(ends.get(count));
            ends.subList(count + 1, ends.size()).clear();
            batches.subList(count, batches.size()).clear();
        } catch (IOException e) {
            throw cannotUse(file, e);
        }
    }

    private void begin(String key) throws IOException {
        channel.truncate(0).position(0);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        new DataOutputStream(content).writeUTF(key);
        write(content.toByteArray());
        ends.add(channel.position());
    }

    /** The content of the next entry, or null if there is none that is whole. */
    private byte[] entry() throws IOException {
        long left = channel.size() - channel.position() - HEADER;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (left < 0 || !fill(header)) {
            return null;
        }
        int length = header.getInt();
        if (length < 0 || length > left) {
            return null;
        }
        ByteBuffer content = ByteBuffer.allocate(length);
        return fill(content) && Crc32c.of(content.array()) == header.getInt() ? content.array() : null;
    }

    private boolean fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        buffer.flip();
        return true;
    }

    /** Reads a batch; null if that is not what the content is. */
    private static Batch batch(byte[] content, int records) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(content))) {
            List<Image> images = new ArrayList<>();
            while (in.available() > 0) {
                String sha256 = in.readUTF();
                String failure = in.readUTF();
                int[] checksums = new int[failure.isEmpty() ? records : 0];
                for (int i = 0; i < checksums.length; i++) {
                    checksums[i] = in.readInt();
                }
                images.add(new Image(sha256, failure, checksums));
            }
            return new Batch(images);
        } catch (IOException e) {
            return null;
        }
    }

    /** The batches that are done. */
    List<Batch> batches() {
        return batches;
    }

    /** Adds a batch whose activations are written. */
    void append(Batch batch) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(content)) {
            for (Image image : batch.images()) {
                out.writeUTF(image.sha256());
                out.writeUTF(image.failure());
                for (int checksum : image.checksums()) {
                    out.writeInt(checksum);
                }
            }
            write(content.toByteArray());
        } catch (IOException e) {
            throw cannotUse(file, e);
        }
    }

    private void write(byte[] content) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(HEADER + content.length);
        entry.putInt(content.length).putInt(Crc32c.of(content)).put(content).flip();
        while (entry.hasRemaining()) {
            channel.write(entry);
        }
    }

    /** Deletes the file. */
    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw cannotUse(file, e);
        }
    }

    private static FinetuneException cannotUse(Path file, IOException e) {
        return new FinetuneException(
                ExitCode.DATA,
                "Cannot write the journal of the feature cache in '" + file + "': " + FailureReason.of(e)
                        + "; free some space there or choose another directory with --out or --cache.",
                e);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw cannotUse(file, e);
        } finally {
            OWN.remove(file.toAbsolutePath());
        }
    }
}
