package org.finetune.data.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Lists the files of tar archives. */
final class TarReader {
    private static final int BUFFER = 1 << 20;

    private static final int BLOCK = 512;

    private final ArchiveFile file;
    private final long length;
    private final Archive.Builder archive;

    private TarReader(ArchiveFile file, long length) {
        this.file = file;
        this.length = length;
        this.archive = new Archive.Builder(file.path());
    }

    /**
     * Lists the files of an archive.
     *
     * @throws IOException if it is damaged
     * @throws FinetuneException with {@link ExitCode#DATA} if it is made to do harm
     */
    static Archive read(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new TarReader(new ArchiveFile(path, Optional.empty()), channel.size()).read(channel);
        }
    }

    /**
     * Lists the files of an archive that is compressed with gzip. Such a file can only be read from its beginning, so it is
     * decompressed into a temporary file, which has no name and is gone when the program ends.
     *
     * @throws IOException if the archive is damaged
     * @throws FinetuneException with {@link ExitCode#DATA} if it is made to do harm, or the disk is full
     */
    static Archive readCompressed(Path path) throws IOException {
        TemporaryFile copy = TemporaryFile.create(path, Files.size(path));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(path), BUFFER)) {
            byte[] buffer = new byte[BUFFER];
            for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
                copy.add(ByteBuffer.wrap(buffer, 0, bytes));
            }
        } catch (IOException | FinetuneException e) {
            copy.close();
            throw e;
        }
        FileChannel channel = copy.channel();
        return new TarReader(new ArchiveFile(path, Optional.of(channel)), channel.size()).read(channel);
    }

    private Archive read(FileChannel channel) throws IOException {
        // Closing it would close the channel, and there is nothing else to close.
        TarFile tar = new TarFile(channel);
        long end = 0;
        for (TarArchiveEntry entry : tar.getEntries()) {
            add(entry);
            end = Math.max(end, entry.getDataOffset() + entry.getSize());
        }
        requireEnd((end + BLOCK - 1) / BLOCK * BLOCK);
        return archive.build();
    }

    /** An archive ends with a block of zeros. One that was cut off between two files is told by its lack. */
    private void requireEnd(long end) throws IOException {
        if (end + BLOCK > length || !file.read(end, BLOCK).equals(ByteBuffer.allocate(BLOCK))) {
            throw new EOFException();
        }
    }

    private void add(TarArchiveEntry entry) throws IOException {
        String name = archive.path(entry.getName());
        if (entry.isDirectory()) {
            archive.directory(name);
        } else if (entry.isSymbolicLink()) {
            archive.file(
                    name, new UnusableContent(entry.getSize(), "a symbolic link, which is not followed in archives"));
        } else if (entry.isLink()) {
            archive.file(
                    name,
                    archive.content(archive.path(entry.getLinkName()))
                            .orElse(new UnusableContent(0, "a link to a file that the archive lacks")));
        } else if (entry.isSparse()) {
            archive.file(
                    name, new UnusableContent(entry.getSize(), "a sparse file, which is not supported in archives"));
        } else if (!entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO()) {
            archive.file(name, new StoredContent(file, entry.getDataOffset(), entry.getSize()));
        }
    }
}
