package org.finetune.data.archive;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.finetune.data.Fingerprint;

/**
 * A content as zip files have it.
 *
 * @param file the archive
 * @param offset where the content begins
 * @param stored number of bytes that it has there
 * @param length number of bytes that the archive says it has when it is decompressed
 * @param crc the CRC-32 that the archive says it has
 * @param deflated whether it is compressed
 */
record ZipContent(ArchiveFile file, long offset, long stored, long length, long crc, boolean deflated)
        implements EntryContent {

    @Override
    public byte[] read() throws IOException {
        byte[] content = start(Math.toIntExact(length));
        CRC32 actual = new CRC32();
        actual.update(content);
        if (content.length != length || actual.getValue() != crc) {
            throw new IOException("damaged in the archive");
        }
        return content;
    }

    @Override
    public byte[] start(int most) throws IOException {
        if (!deflated) {
            return file.read(offset, (int) Math.min(most, stored)).array();
        }
        // A photo's first bytes need few of the compressed ones.
        int needed = (int) Math.min(stored, most < length ? 2L * most + 1024 : Integer.MAX_VALUE);
        Inflater inflater = new Inflater(true);
        try (InputStream in = new InflaterInputStream(
                new ByteArrayInputStream(file.read(offset, needed).array()), inflater)) {
            return in.readNBytes(most);
        } catch (ZipException | EOFException e) {
            throw new IOException("damaged in the archive", e);
        } finally {
            inflater.end();
        }
    }

    @Override
    public String fingerprint() throws IOException {
        return Fingerprint.of(read());
    }
}
