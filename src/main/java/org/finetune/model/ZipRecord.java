package org.finetune.model;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipOutputStream;

/**
 * An entry of a zip as {@link ZipOutputStream} writes it to a stream: compressed, with checksum and sizes behind the content.
 * Where the zip format states something twice, or leaves room for something else, the bytes that belong there are made
 * from the few values that are free, to be compared with those of the file.
 *
 * @param name name of the entry
 * @param time time and date of the entry, which may be anything
 * @param crc CRC-32 of the content
 * @param packed bytes of the content in the file
 * @param size bytes of the content
 * @param timestamp the time once more, as an extra field, or an empty array
 * @param offset where in the file the entry begins
 */
record ZipRecord(String name, int time, int crc, long packed, long size, byte[] timestamp, long offset) {
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int DIRECTORY = 0x02014b50;

    private static final int LOCAL_BYTES = 30;
    private static final int DESCRIPTOR_BYTES = 16;
    private static final int DIRECTORY_BYTES = 46;

    private static final short VERSION = 20;
    /** Checksum and sizes follow the content; names are UTF-8. */
    private static final short FLAGS = 0x0808;

    private static final short DEFLATED = 8;

    /** An extra field with the time of modification: its kind, length and flags, before four bytes of time. */
    private static final byte[] TIMESTAMP = {0x55, 0x54, 5, 0, 1};

    private static final int TIMESTAMP_BYTES = TIMESTAMP.length + 4;

    /**
     * Reads the next header of a zip's directory.
     *
     * @param directory the bytes of the directory; its position moves to the next header
     * @throws IOException if there is no such header
     */
    static ZipRecord read(ByteBuffer directory) throws IOException {
        try {
            ByteBuffer header =
                    ByteBuffer.wrap(bytes(directory, DIRECTORY_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.getInt(0) != DIRECTORY) {
                throw new IOException("its directory is damaged");
            }
            String name =
                    new String(bytes(directory, Short.toUnsignedInt(header.getShort(28))), StandardCharsets.UTF_8);
            byte[] extra = bytes(directory, Short.toUnsignedInt(header.getShort(30)));
            bytes(directory, Short.toUnsignedInt(header.getShort(32)));
            return new ZipRecord(
                    name,
                    header.getInt(12),
                    header.getInt(16),
                    Integer.toUnsignedLong(header.getInt(20)),
                    Integer.toUnsignedLong(header.getInt(24)),
                    extra.length == TIMESTAMP_BYTES ? extra : new byte[0],
                    Integer.toUnsignedLong(header.getInt(42)));
        } catch (BufferUnderflowException e) {
            throw new IOException("its directory is damaged", e);
        }
    }

    private static byte[] bytes(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    /** Where the content begins in the file. */
    long contentStart() {
        return offset + local().length;
    }

    /** Where the content ends in the file and the {@link #descriptor} follows. */
    long contentEnd() {
        return contentStart() + packed;
    }

    /** Where the next entry begins, or the directory. */
    long end() {
        return contentEnd() + DESCRIPTOR_BYTES;
    }

    /** The header before the content. */
    byte[] local() {
        ByteBuffer header = buffer(LOCAL_BYTES).putInt(LOCAL);
        putCommon(header, 0, 0, 0);
        return putNames(header).array();
    }

    /** What follows the content. */
    byte[] descriptor() {
        return ByteBuffer.allocate(DESCRIPTOR_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(DESCRIPTOR)
                .putInt(crc)
                .putInt((int) packed)
                .putInt((int) size)
                .array();
    }

    /** The header in the directory: no comment, no attributes. */
    byte[] directory() {
        ByteBuffer header = buffer(DIRECTORY_BYTES).putInt(DIRECTORY).putShort(VERSION);
        putCommon(header, crc, (int) packed, (int) size);
        header.position(DIRECTORY_BYTES - Integer.BYTES).putInt((int) offset);
        return putNames(header).array();
    }

    private ByteBuffer buffer(int headerBytes) {
        return ByteBuffer.allocate(headerBytes + utf8().length + timestamp.length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private void putCommon(ByteBuffer header, int crc, int packed, int size) {
        header.putShort(VERSION)
                .putShort(FLAGS)
                .putShort(DEFLATED)
                .putInt(time)
                .putInt(crc)
                .putInt(packed)
                .putInt(size)
                .putShort((short) utf8().length)
                .putShort((short) timestamp.length);
    }

    private ByteBuffer putNames(ByteBuffer header) {
        header.put(utf8());
        if (timestamp.length > 0) {
            header.put(TIMESTAMP).put(timestamp, TIMESTAMP.length, timestamp.length - TIMESTAMP.length);
        }
        return header;
    }

    private byte[] utf8() {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
