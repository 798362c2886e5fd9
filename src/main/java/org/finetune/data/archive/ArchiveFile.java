package org.finetune.data.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.finetune.data.StorageException;

/**
 * The bytes of an archive, which several threads may read at once.
 *
 * @param path the archive
 * @param copy what is read instead: the decompressed archive
 */
record ArchiveFile(Path path, Optional<FileChannel> copy) {

    /**
     * Reads bytes.
     *
     * @param offset where they begin
     * @return so many bytes, from position 0
     * @throws StorageException if they cannot be read
     */
    ByteBuffer read(long offset, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            if (copy.isPresent()) {
                fill(bytes, copy.get(), offset);
            } else {
                // Not kept open: there may be more shards than a process may have files.
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                    fill(bytes, channel, offset);
                }
            }
        } catch (IOException e) {
            throw StorageException.reading(path.toString(), e);
        }
        return bytes.flip();
    }

    private static void fill(ByteBuffer bytes, FileChannel channel, long offset) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("it has become shorter");
            }
        }
    }
}
