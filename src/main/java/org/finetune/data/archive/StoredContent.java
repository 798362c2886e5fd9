package org.finetune.data.archive;

import java.nio.ByteBuffer;
import org.finetune.data.Fingerprint;

/**
 * A content that an archive has as it is, such as a tar file.
 *
 * @param file the archive
 * @param offset where the content begins
 */
record StoredContent(ArchiveFile file, long offset, long length) implements EntryContent {
    @Override
    public byte[] read() {
        return file.read(offset, Math.toIntExact(length)).array();
    }

    @Override
    public byte[] start(int most) {
        return file.read(offset, (int) Math.min(most, length)).array();
    }

    @Override
    public String fingerprint() {
        int end = Fingerprint.END_BYTES;
        if (length <= 2L * end) {
            return Fingerprint.of(length, file.read(offset, (int) length));
        }
        ByteBuffer ends =
                ByteBuffer.allocate(2 * end).put(file.read(offset, end)).put(file.read(offset + length - end, end));
        return Fingerprint.of(length, ends.flip());
    }
}
