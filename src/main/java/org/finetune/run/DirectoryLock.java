package org.finetune.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/**
 * Keeps others out of the directory of a run or a sweep. The lock is one of the operating system's on a file, which says who
 * holds it: it ends with the process, however that ends, while a file that is left behind locks nothing.
 */
public final class DirectoryLock implements AutoCloseable {
    /** The file that the lock is on, in the directory. */
    public static final String NAME = ".lock";

    private static final int MAX_OWNER = 200;

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param work what is done in the directory, such as "run"
     * @throws FinetuneException with {@link ExitCode#DATA} if another process has it or the directory cannot be written
     */
    public static DirectoryLock take(Path directory, String work) {
        try {
            DirectoryLock lock = null;
            while (lock == null) {
                lock = tryOnce(directory, work);
            }
            return lock;
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot lock the " + work + " directory '" + directory + "': " + FailureReason.of(e)
                            + "; make it writable or choose another.",
                    e);
        }
    }

    /** Takes the lock; null if its last owner has deleted the file meanwhile, so that the lock would be one on nothing. */
    private static DirectoryLock tryOnce(Path directory, String work) throws IOException {
        Path file = directory.resolve(NAME);
        try {
            create(file);
            Object before = identity(file);
            FileChannel channel = PlainFiles.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                try (channel) {
                    throw inUse(directory, work, owner(channel));
                }
            }
            if (before.equals(identity(file))) {
                String owner = "process " + ProcessHandle.current().pid() + "\n";
                channel.truncate(0).write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
                return new DirectoryLock(file, channel);
            }
            channel.close();
            return null;
        } catch (NoSuchFileException e) {
            if (Files.isDirectory(directory)) {
                return null;
            }
            throw e;
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // Somebody holds it, or was killed.
        }
    }

    /** Tells files apart without opening them: closing another channel of the file would end the lock. */
    private static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // This very process has it.
            return false;
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_OWNER);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    }

    private static FinetuneException inUse(Path directory, String work, String owner) {
        return new FinetuneException(
                ExitCode.DATA,
                "Another " + work + " is using '" + directory + "'"
                        + (owner.isEmpty() ? "" : " (" + owner + ")")
                        + "; wait for it to finish or choose another directory.");
    }

    /** Gives the lock back and deletes its file. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The lock ends all the same, and a file without lock does no harm.
        }
    }
}
