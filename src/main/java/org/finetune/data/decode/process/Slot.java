package org.finetune.data.decode.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.BytePointer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Memory that two processes share: a file that both map. It holds one image, and behind it the file of which the image is
 * decoded.
 */
final class Slot implements AutoCloseable {
    private static final int BLOCK = 1 << 20;
    /** Names of the files: of which process they are, and a number. */
    private static final Pattern NAME = Pattern.compile("finetune-(\\d{1,10})-.*\\.pixels");
    /** Time after which a file that is still there has been forgotten; the other process deletes it within milliseconds. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final int id;
    private final Path file;
    private final FileChannel channel;
    private MappedByteBuffer memory;

    /** Tells the other process of a new slot, so that it opens the file and deletes it. */
    interface Announcement {
        void announce(int id, Path file);
    }

    private Slot(int id, Path directory) throws IOException {
        this.id = id;
        this.file = Files.createTempFile(
                directory, "finetune-" + ProcessHandle.current().pid() + "-", ".pixels");
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * Makes a slot in the first directory that has room for it.
     *
     * @throws FinetuneException with {@link ExitCode#BACKEND} if none has
     */
    static Slot create(int id, int bytes, List<Path> directories, Announcement announcement) {
        IOException failure = null;
        for (Path directory : directories) {
            Slot slot = null;
            try {
                slot = new Slot(id, directory);
                announcement.announce(id, slot.file);
                slot.allocate(bytes);
                return slot;
            } catch (IOException e) {
                failure = e;
                if (slot != null) {
                    slot.close();
                }
            }
        }
        throw new FinetuneException(
                ExitCode.BACKEND,
                "No room for a decoded photo of " + (bytes / BLOCK + 1) + " MiB in any of " + directories
                        + " ("
                        + failure.getMessage()
                        + "); free some space, or use another directory with "
                        + "FINETUNE_JAVA_OPTS=-Djava.io.tmpdir=DIR.",
                failure);
    }

    /**
     * Deletes the files of processes that were killed before the other process had deleted them. Processes that are seen from here
     * as ended may run in another container, but not be that slow.
     */
    static void deleteForgotten(List<Path> directories) {
        Instant latest = Instant.now().minus(FORGOTTEN);
        for (Path directory : directories) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "finetune-*.pixels")) {
                for (Path file : files) {
                    Matcher name = NAME.matcher(file.getFileName().toString());
                    if (name.matches()
                            && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                        deleteIfForgotten(file, latest);
                    }
                }
            } catch (IOException | DirectoryIteratorException e) {
                // It cannot be listed.
            }
        }
    }

    private static void deleteIfForgotten(Path file, Instant latest) {
        try {
            if (Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                    .toInstant()
                    .isBefore(latest)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // It belongs to another user, or another process was faster.
        }
    }

    /**
     * Writes zeros, by which the system reserves the memory, or says that there is none. A page that was only mapped is not
     * reserved, and writing to it would end the process.
     */
    private void allocate(int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(bytes, BLOCK));
        for (long position = 0; position < bytes; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - position));
            position += channel.write(zeros, position);
        }
        memory = channel.map(MapMode.READ_WRITE, 0, bytes);
    }

    int id() {
        return id;
    }

    int bytes() {
        return memory.capacity();
    }

    void put(int position, byte[] bytes) {
        memory.put(position, bytes);
    }

    BytePointer pointer() {
        return new BytePointer(memory);
    }

    /** Gives the memory back; what is mapped must not be used any more. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
            channel.truncate(0);
        } catch (IOException e) {
            // Then it is given back when both processes have ended.
        }
    }
}
