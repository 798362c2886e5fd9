package org.finetune.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.finetune.data.decode.format.ImageFormat;
import org.finetune.data.decode.format.UnreadFormat;

/**
 * What a file among photos is. One whose name ends as those of photos do is taken for a photo unseen: if it is none, that is
 * worth a word. Of all others the first bytes decide.
 *
 * @param type what it is
 * @param reason why it cannot be used, if it is an {@link Type#UNREAD} photo; else nothing
 */
public record FileKind(Type type, String reason) {

    /** What a file is. */
    public enum Type {
        PHOTO,
        /** A photo in a format that is not decoded. */
        UNREAD,
        /** What {@code predict --explain} writes. */
        MAP,
        OTHER
    }

    private static final Set<String> EXTENSIONS = Set.of(
            "jpg", "jpeg", "jpe", "jfif", "jfi", "jif", "mpo", "png", "apng", "bmp", "dib", "gif", "webp", "tif",
            "tiff", "heic", "heif", "hif", "avif");

    /**
     * Looks at a regular file.
     *
     * @throws StorageException if the storage is at fault
     */
    static FileKind of(Path file) {
        String name = file.getFileName().toString();
        return isKnownByName(name) ? of(Type.PHOTO) : of(name, start(file));
    }

    /** Whether a name alone says that a file is a photo, so that its content need not be looked at. */
    public static boolean isKnownByName(String name) {
        return EXTENSIONS.contains(extension(name)) && !ActivationMapFile.isName(name);
    }

    /** Whether a name ends as those of photos do, of formats that are not decoded too. */
    public static boolean hasPhotoEnding(String name) {
        return EXTENSIONS.contains(extension(name)) || UnreadFormat.isExtension(extension(name));
    }

    /** What a name ends in after its last dot, in small letters; nothing if it has no dot. */
    private static String extension(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Looks at the content of a file.
     *
     * @param name its name, with or without directories
     * @param start its first {@link ImageFormat#SIGNATURE_BYTES} bytes, or all it has
     */
    public static FileKind of(String name, byte[] start) {
        if (ActivationMapFile.isMarked(start)) {
            return of(Type.MAP);
        }
        if (EXTENSIONS.contains(extension(name))) {
            return of(Type.PHOTO);
        }
        return UnreadFormat.of(start, extension(name))
                .map(format -> new FileKind(Type.UNREAD, UnreadFormat.reason(format)))
                .orElseGet(() -> of(ImageFormat.isDecoded(start) ? Type.PHOTO : Type.OTHER));
    }

    private static FileKind of(Type type) {
        return new FileKind(type, "");
    }

    /** The first bytes; none if the file cannot be read. */
    private static byte[] start(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ImageFormat.SIGNATURE_BYTES);
        } catch (IOException e) {
            PhotoFile.bad(file, e);
            return new byte[0];
        }
    }
}
