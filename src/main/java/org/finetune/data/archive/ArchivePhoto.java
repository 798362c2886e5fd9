package org.finetune.data.archive;

import java.io.IOException;
import java.nio.file.Path;
import org.finetune.data.Photo;

/**
 * A photo in an archive. Its id is the path of the archive, and its name in it, as if the archive were a directory.
 *
 * @param archive the archive
 * @param name its path in the archive, with {@code /} between the names
 * @param content its content
 */
record ArchivePhoto(Path archive, String name, EntryContent content) implements Photo {
    @Override
    public String id() {
        return archive + "/" + name;
    }

    @Override
    public String fileName() {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    @Override
    public long length() {
        return content.length();
    }

    @Override
    public byte[] read() throws IOException {
        requireSize();
        return content.read();
    }

    @Override
    public String fingerprint() throws IOException {
        requireSize();
        return content.fingerprint();
    }

    private void requireSize() throws IOException {
        if (content.length() > MAX_BYTES) {
            throw new IOException("larger than " + (MAX_BYTES >> 20) + " MiB");
        }
    }
}
