package org.finetune.data.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/** Lists the files of zip archives. */
final class ZipReader {
    private final Path path;
    private final ArchiveFile file;
    private final Archive.Builder archive;

    private ZipReader(Path path) {
        this.path = path;
        this.file = new ArchiveFile(path, Optional.empty());
        this.archive = new Archive.Builder(path);
    }

    /**
     * Lists the files of an archive.
     *
     * @throws IOException if it is damaged
     * @throws FinetuneException with {@link ExitCode#DATA} if it is made to do harm
     */
    static Archive read(Path path) throws IOException {
        ZipReader reader = new ZipReader(path);
        try (ZipFile zip = ZipFile.builder().setPath(path).get()) {
            List<ZipArchiveEntry> entries = Collections.list(zip.getEntriesInPhysicalOrder());
            reader.requireApart(entries);
            for (ZipArchiveEntry entry : entries) {
                reader.add(entry);
            }
        }
        return reader.archive.build();
    }

    /** Entries that share their compressed bytes make an archive of gigabytes from one of kilobytes. */
    private void requireApart(List<ZipArchiveEntry> entries) {
        List<ZipArchiveEntry> ordered = new ArrayList<>(entries);
        ordered.removeIf(entry -> entry.getCompressedSize() == 0);
        ordered.sort(Comparator.comparingLong(ZipArchiveEntry::getDataOffset));
        for (int i = 1; i < ordered.size(); i++) {
            ZipArchiveEntry before = ordered.get(i - 1);
            if (before.getDataOffset() + before.getCompressedSize()
                    > ordered.get(i).getDataOffset()) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "The archive '" + path + "' has entries that overlap, '" + before.getName() + "' and '"
                                + ordered.get(i).getName() + "', as zip bombs have; use another archive.");
            }
        }
    }

    private void add(ZipArchiveEntry entry) {
        String name = archive.path(name(entry));
        if (entry.isDirectory()) {
            archive.directory(name);
            return;
        }
        if (archive.content(name).isPresent()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The archive '" + path + "' has two entries '" + name + "'; make it again with one of them.");
        }
        archive.file(name, content(entry));
    }

    /** The name of an entry, which some programs for Windows write with backslashes. */
    private String name(ZipArchiveEntry entry) {
        String name;
        try {
            name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(entry.getRawName()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The archive '" + path + "' has names that are not in UTF-8, such as '" + entry.getName()
                            + "'; unpack it, and make it again.",
                    e);
        }
        return name.indexOf('/') < 0 ? name.replace('\\', '/') : name;
    }

    private EntryContent content(ZipArchiveEntry entry) {
        if (entry.isUnixSymlink()) {
            return new UnusableContent(entry.getSize(), "a symbolic link, which is not followed in archives");
        }
        if (entry.getGeneralPurposeBit().usesEncryption()) {
            return new UnusableContent(entry.getSize(), "encrypted; make the archive without a password");
        }
        int method = entry.getMethod();
        if (method != ZipEntry.STORED && method != ZipEntry.DEFLATED) {
            return new UnusableContent(
                    entry.getSize(),
                    "compressed by a method of zip that is not supported (" + method
                            + "); make the archive with deflate");
        }
        return new ZipContent(
                file,
                entry.getDataOffset(),
                entry.getCompressedSize(),
                entry.getSize(),
                entry.getCrc(),
                method == ZipEntry.DEFLATED);
    }
}
