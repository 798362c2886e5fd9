package org.finetune.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import org.finetune.FailureReason;

/** Image files as files: their names, contents and hashes. */
public final class PhotoFile {
    /** Most bytes of a file that is read. */
    static final int MAX_BYTES = 256 << 20;

    private static final int SAMPLE_BYTES = 64 << 10;

    private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "png", "bmp", "gif", "webp");

    private PhotoFile() {}

    /** Whether a file is an image by its extension. */
    static boolean hasImageExtension(Path path) {
        String name = path.getFileName().toString();
        String extension = name.substring(name.lastIndexOf('.') + 1);
        return extension.length() < name.length() && EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT));
    }

    /** Whether a file or directory is hidden, or is what macOS leaves in archives. */
    static boolean isHidden(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".") || name.equals("__MACOSX");
    }

    /**
     * Reads a whole file.
     *
     * @throws IOException if it cannot be read, is no regular file or is larger than {@link #MAX_BYTES}
     */
    public static byte[] read(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(attributes.isDirectory() ? "is a directory" : "not a regular file");
        }
        if (attributes.size() > MAX_BYTES) {
            throw tooLarge();
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = new byte[(int) attributes.size()];
            int length = in.readNBytes(bytes, 0, bytes.length);
            // It may have grown since, and some files of the system state no size.
            byte[] more = in.readNBytes(MAX_BYTES + 1 - length);
            if (length + more.length > MAX_BYTES) {
                throw tooLarge();
            }
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

    /** SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(newSha256().digest(bytes));
    }

    /**
     * A hash by which contents are told apart without reading all of large files: the SHA-256, in hexadecimal, of the
     * length and the first and last 64 KiB. Equal contents have equal fingerprints; photos that differ differ there.
     *
     * @throws IOException if the file cannot be read
     */
    static String fingerprint(Path path) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            long length = channel.size();
            ByteBuffer sample = ByteBuffer.allocate((int) Math.min(length, 2 * SAMPLE_BYTES));
            if (length > sample.capacity()) {
                fill(channel, sample.limit(SAMPLE_BYTES));
                channel.position(length - SAMPLE_BYTES);
            }
            fill(channel, sample.limit(sample.capacity()));
            MessageDigest digest = newSha256();
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
            digest.update(sample.flip());
            return HexFormat.of().formatHex(digest.digest());
        }
    }

    private static void fill(SeekableByteChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("changed while it was read");
            }
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** A few words on why a file could not be read or decoded, without its name. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException absent) {
            boolean lossy = absent.getFile() != null && absent.getFile().indexOf('\ufffd') >= 0;
            return lossy ? "its name is not in UTF-8; name its directory instead" : "no such file";
        }
        return FailureReason.of(e);
    }
}
