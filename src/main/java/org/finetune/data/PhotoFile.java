package org.finetune.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;

/**
 * A photo that is a file. Its id is its path as the user has named it or its directory.
 *
 * @param path the file
 */
public record PhotoFile(Path path) implements Photo {
    /** Bytes that the name of a file may have, and the path to it, on all common file systems. */
    private static final int MAX_NAME_BYTES = 255;

    private static final int MAX_PATH_BYTES = 4095;

    /** Java copies what is read at once through memory outside its heap, which each thread keeps for the next time. */
    private static final int BYTES_AT_ONCE = 1 << 18;

    /** Whether a file or directory of a name is hidden, or is what macOS leaves in archives. */
    public static boolean isHidden(String name) {
        return name.startsWith(".") || name.equals("__MACOSX");
    }

    @Override
    public String id() {
        return path.toString();
    }

    @Override
    public String fileName() {
        Path name = path.getFileName();
        return name == null ? path.toString() : name.toString();
    }

    @Override
    public long length() throws IOException {
        return attributes().size();
    }

    private BasicFileAttributes attributes() throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            throw bad(path, e);
        }
    }

    @Override
    public byte[] read() throws IOException {
        BasicFileAttributes attributes = attributes();
        byte[] content;
        if (!attributes.isRegularFile()) {
            throw new IOException(attributes.isDirectory() ? "is a directory" : "not a regular file");
        }
        if (attributes.size() > MAX_BYTES) {
            throw tooLarge();
        }
        try {
            content = content((int) attributes.size());
        } catch (IOException e) {
            throw bad(path, e);
        }
        if (content.length > MAX_BYTES) {
            throw tooLarge();
        }
        return content;
    }

    /** The content, but of one that is too large not more than is needed to know it. */
    private byte[] content(int expected) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = new byte[expected];
            int length = 0;
            int read;
            do {
                read = in.readNBytes(bytes, length, Math.min(BYTES_AT_ONCE, expected - length));
                length += read;
            } while (read > 0);
            // It may have grown since, and some files of the system state no size.
            byte[] more = in.readNBytes(MAX_BYTES + 1 - length);
            if (length + more.length == bytes.length) {
                return bytes;
            }
            byte[] all = Arrays.copyOf(bytes, length + more.length);
            System.arraycopy(more, 0, all, length, more.length);
            return all;
        }
    }

    private static IOException tooLarge() {
        return new IOException("larger than " + (MAX_BYTES >> 20) + " MiB");
    }

    @Override
    public String fingerprint() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            long length = channel.size();
            ByteBuffer ends = ByteBuffer.allocate((int) Math.min(length, 2 * Fingerprint.END_BYTES));
            if (length > ends.capacity()) {
                fill(channel, ends.limit(Fingerprint.END_BYTES));
                channel.position(length - Fingerprint.END_BYTES);
            }
            fill(channel, ends.limit(ends.capacity()));
            return Fingerprint.of(length, ends.flip());
        } catch (IOException e) {
            throw bad(path, e);
        }
    }

    private static void fill(SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("changed while it was read");
            }
        }
    }

    /**
     * A failure to read a file or directory, if that is bad.
     *
     * @return the failure
     * @throws StorageException if the storage is at fault
     */
    static IOException bad(Path path, IOException failure) {
        if (failure instanceof NoSuchFileException
                || failure instanceof AccessDeniedException
                || failure instanceof EOFException
                || isNotPermitted(failure)
                || isNoName(path, failure)) {
            return failure;
        }
        throw StorageException.reading(path.toString(), failure);
    }

    /** Java has an exception for EACCES but none for EPERM, which macOS uses for what its user has not allowed. */
    private static boolean isNotPermitted(IOException failure) {
        return failure instanceof FileSystemException e && "Operation not permitted".equals(e.getReason());
    }

    /** Whether no storage could have a file of the name: it is too long, goes through a file, or in circles of links. */
    private static boolean isNoName(Path path, IOException failure) {
        if (!(failure instanceof FileSystemException e)) {
            return false;
        }
        // Java appends this to what the system says of circles.
        boolean circle = e.getReason() != null && e.getReason().contains("attributes of symbolic link");
        return circle || isTooLong(path) || goesThroughFile(path);
    }

    private static boolean isTooLong(Path path) {
        if (bytes(path) > MAX_PATH_BYTES) {
            return true;
        }
        for (Path name : path) {
            if (bytes(name) > MAX_NAME_BYTES) {
                return true;
            }
        }
        return false;
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean goesThroughFile(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && !Files.isDirectory(above);
    }
}
