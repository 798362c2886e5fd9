package org.finetune.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The zip of a model file from anywhere, opened so that it can do no harm: exactly the entries that a model has, each of
 * them once, none larger than it can be, each with the right checksum. Nothing is ever unpacked to disk.
 *
 * <p>A zip has a directory at its end and a header before each entry, and programs differ in which of them they read.
 * Therefore, every byte of the file is accounted for: the entries follow each other from the first byte to the directory,
 * the directory ends with the file, and all of it but the compressed contents and the times is as
 * {@link java.util.zip.ZipOutputStream} writes it, so that whoever reads the file finds the same.
 */
final class ModelArchive implements Closeable {
    /** Bytes up to which an entry may be compressed as tightly as it likes. */
    static final long HARMLESS_BYTES = 16 << 20;

    /** Trained parameters hardly compress at all, and lists of class names to a tenth. */
    private static final int MAX_COMPRESSION = 100;

    /** Share of its size by which an entry that does not compress may grow, besides the bytes of {@link #MAX_GROWTH}. */
    private static final int MAX_GROWTH_SHARE = 100;

    private static final int MAX_GROWTH = 1024;

    /** Bytes that the directory of a zip with a few entries takes at most. */
    private static final int MAX_DIRECTORY_BYTES = 4096;

    private static final int END_RECORD_BYTES = 22;
    private static final int END_RECORD = 0x06054b50;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int LONGEST_NAME = 100;

    private final RandomAccessFile in;
    private final Map<String, ZipRecord> records = new LinkedHashMap<>();

    /**
     * Opens a file and checks all of it but the contents.
     *
     * @param names names of the entries
     * @throws IOException if there is no such file, it is no zip, its entries are others, or it has something besides them
     */
    ModelArchive(Path file, List<String> names) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is not a regular file");
        }
        in = new RandomAccessFile(file.toFile(), "r");
        try {
            byte[] directory = directory();
            readRecords(directory, names);
            checkPlaces(directory);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /** The directory, which the record at the very end of the file says the place of. */
    private byte[] directory() throws IOException {
        long endStart = in.length() - END_RECORD_BYTES;
        if (endStart < 0) {
            throw new IOException("it is not a zip file, or is truncated");
        }
        ByteBuffer end = ByteBuffer.wrap(bytes(endStart, END_RECORD_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        if (end.getInt(0) != END_RECORD) {
            throw new IOException("it is not a zip file, or is truncated");
        }
        long size = Integer.toUnsignedLong(end.getInt(12));
        long start = Integer.toUnsignedLong(end.getInt(16));
        if (size > MAX_DIRECTORY_BYTES) {
            throw new IOException("it has more entries than a model");
        }
        if (start + size != endStart) {
            throw new IOException("its directory is not where its end says");
        }
        return bytes(start, (int) size);
    }

    private void readRecords(byte[] directory, List<String> names) throws IOException {
        ByteBuffer headers = ByteBuffer.wrap(directory);
        while (headers.hasRemaining()) {
            ZipRecord record = ZipRecord.read(headers);
            String name = record.name();
            if (!names.contains(name)) {
                throw new IOException("it has an entry '" + shortened(name) + "', which no model has");
            }
            if (records.put(name, record) != null) {
                throw new IOException("it has " + name + " twice");
            }
            checkSize(record);
        }
        for (String name : names) {
            if (!records.containsKey(name)) {
                throw new IOException("it has no " + name);
            }
        }
    }

    private static void checkSize(ZipRecord record) throws IOException {
        long size = record.size();
        if (size > HARMLESS_BYTES && size / MAX_COMPRESSION > record.packed()) {
            throw new IOException(record.name() + " swells to " + size + " bytes");
        }
        if (record.packed() > size + size / MAX_GROWTH_SHARE + MAX_GROWTH) {
            throw new IOException(record.name() + " has more bytes than its content takes");
        }
    }

    /** Checks that everything is where the directory says and as it says, and that there is nothing else in the file. */
    private void checkPlaces(byte[] directory) throws IOException {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        long next = 0;
        for (ZipRecord record : records.values()) {
            if (record.offset() != next) {
                throw new IOException("there is something before its entry " + record.name());
            }
            requireBytes(record.offset(), record.local(), record);
            requireBytes(record.contentEnd(), record.descriptor(), record);
            expected.write(record.directory());
            next = record.end();
        }
        if (next != in.length() - END_RECORD_BYTES - directory.length) {
            throw new IOException("there is something between its last entry and its directory");
        }
        expected.write(end(directory.length, next));
        if (!Arrays.equals(expected.toByteArray(), bytes(next, directory.length + END_RECORD_BYTES))) {
            throw new IOException("its directory says what that of a model never does");
        }
    }

    private void requireBytes(long position, byte[] expected, ZipRecord record) throws IOException {
        if (position + expected.length > in.length() || !Arrays.equals(expected, bytes(position, expected.length))) {
            throw new IOException("its directory and its entry " + record.name() + " contradict each other");
        }
    }

    /** The record at the end of the file: one disk, no comment. */
    private byte[] end(int directoryBytes, long directoryStart) {
        short entries = (short) records.size();
        return ByteBuffer.allocate(END_RECORD_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(END_RECORD)
                .putInt(0)
                .putShort(entries)
                .putShort(entries)
                .putInt(directoryBytes)
                .putInt((int) directoryStart)
                .putShort((short) 0)
                .array();
    }

    private byte[] bytes(long position, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.seek(position);
        in.readFully(bytes);
        return bytes;
    }

    /** A text from the file, cut to what fits into a message. */
    static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "...";
    }

    /**
     * The content of an entry.
     *
     * @param limit most bytes that it may have
     * @throws IOException if it is larger or damaged, or ends before the place where the next entry begins
     */
    byte[] read(String name, long limit) throws IOException {
        ZipRecord record = records.get(name);
        if (record.size() > limit) {
            throw new IOException(name + " is larger than " + limit + " bytes");
        }
        byte[] packed = bytes(record.contentStart(), Math.toIntExact(record.packed()));
        Inflater inflater = new Inflater(true);
        try (InputStream content = new InflaterInputStream(new ByteArrayInputStream(packed), inflater, BUFFER_BYTES)) {
            byte[] bytes = content.readNBytes(Math.toIntExact(record.size()));
            CRC32 crc = new CRC32();
            crc.update(bytes);
            // The directory may lie about the size, and a reader that goes from entry to entry would take whatever
            // follows the compressed content for the next one.
            boolean whole = bytes.length == record.size() && content.read() < 0;
            if (!whole || inflater.getBytesRead() != packed.length || (int) crc.getValue() != record.crc()) {
                throw new IOException(name + " is damaged");
            }
            return bytes;
        } catch (ZipException | EOFException e) {
            throw new IOException(name + " is damaged", e);
        } finally {
            inflater.end();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
