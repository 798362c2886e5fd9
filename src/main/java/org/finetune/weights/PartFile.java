package org.finetune.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file in the making, beside its place. Its name is its own, so that several processes can make the same file at once.
 * Closing it, or the end of the program, deletes it unless it has been moved to its place.
 */
final class PartFile implements Closeable {
    private final Path target;
    private final Path path;
    private final FileChannel channel;

    /** Makes an empty file, and the directory if there is none. */
    PartFile(Path target) throws IOException {
        this.target = target;
        Files.createDirectories(target.getParent());
        path = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
        channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        path.toFile().deleteOnExit();
    }

    Path path() {
        return path;
    }

    long size() throws IOException {
        return channel.size();
    }

    void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Removes all content. */
    void clear() throws IOException {
        channel.truncate(0);
    }

    /** Moves the file to its place in one step, once its content is on disk. */
    void moveToTarget() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }
}
