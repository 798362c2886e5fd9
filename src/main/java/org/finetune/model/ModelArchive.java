package org.finetune.model;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The zip of a model file from anywhere, opened so that it can do no harm: exactly the entries that a model has, each of
 * them once, none larger than it can be, each with the right checksum. Nothing is ever unpacked to disk.
 */
final class ModelArchive implements Closeable {
    /** Bytes up to which an entry may be compressed as tightly as it likes. */
    static final long HARMLESS_BYTES = 16 << 20;

    /** Trained parameters hardly compress at all, and lists of class names to a tenth. */
    private static final int MAX_COMPRESSION = 100;

    /** Bytes that the directory of a zip with a few entries takes at most. */
    private static final int MAX_DIRECTORY_BYTES = 4096;

    private static final int END_RECORD_BYTES = 22;
    private static final int END_RECORD = 0x06054b50;
    private static final int ZIP64_LOCATOR_BYTES = 20;
    private static final int ZIP64_LOCATOR = 0x07064b50;

    private static final int LONGEST_NAME = 100;

    private final ZipFile zip;

    /**
     * Opens a file and checks what its directory says.
     *
     * @param names names of the entries
     * @throws IOException if there is no such file, it is no zip, or its entries are others
     */
    ModelArchive(Path file, List<String> names) throws IOException {
        checkDirectory(file);
        zip = new ZipFile(file.toFile());
        try {
            checkEntries(names);
        } catch (IOException e) {
            zip.close();
            throw e;
        }
    }

    /**
     * Checks that the file ends with the end record of a plain zip with a small directory. {@link ZipFile} would read a
     * directory of any size, and takes a record before a comment or in 64-bit form for the end too.
     */
    private static void checkDirectory(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is no regular file");
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            int tail = (int) Math.min(in.length(), ZIP64_LOCATOR_BYTES + END_RECORD_BYTES);
            ByteBuffer bytes = ByteBuffer.allocate(tail).order(ByteOrder.LITTLE_ENDIAN);
            in.seek(in.length() - tail);
            in.readFully(bytes.array());
            int end = tail - END_RECORD_BYTES;
            if (end < ZIP64_LOCATOR_BYTES || bytes.getInt(end) != END_RECORD) {
                throw new IOException("it is no zip file, or cut off");
            }
            long directory = Integer.toUnsignedLong(bytes.getInt(end + 12));
            if (bytes.getInt(0) == ZIP64_LOCATOR || directory > MAX_DIRECTORY_BYTES) {
                throw new IOException("it has more entries than a model");
            }
        }
    }

    private void checkEntries(List<String> names) throws IOException {
        Set<String> seen = new HashSet<>();
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName();
            if (!names.contains(name)) {
                throw new IOException("it has an entry '" + shortened(name) + "', which no model has");
            }
            if (!seen.add(name)) {
                throw new IOException("it has " + name + " twice");
            }
            boolean bomb =
                    entry.getSize() > HARMLESS_BYTES && entry.getSize() / MAX_COMPRESSION > entry.getCompressedSize();
            if (bomb) {
                throw new IOException(name + " swells to " + entry.getSize() + " bytes");
            }
        }
        for (String name : names) {
            if (!seen.contains(name)) {
                throw new IOException("it has no " + name);
            }
        }
    }

    /** A text from the file, cut to what fits into a message. */
    static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "...";
    }

    /**
     * The content of an entry.
     *
     * @param limit most bytes that it may have
     * @throws IOException if it is larger or damaged
     */
    byte[] read(String name, long limit) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry.getSize() > limit) {
            throw new IOException(name + " is larger than " + limit + " bytes");
        }
        try (var in = zip.getInputStream(entry)) {
            // The directory may lie about the size.
            byte[] content = in.readNBytes(Math.toIntExact(entry.getSize()));
            CRC32 crc = new CRC32();
            crc.update(content);
            // ZipFile itself checks no checksums.
            if (content.length != entry.getSize() || crc.getValue() != entry.getCrc() || in.read() >= 0) {
                throw new IOException(name + " is damaged");
            }
            return content;
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
