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
record FileKind(Type type, String reason) {

    enum Type {
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
        int dot = name.lastIndexOf('.');
        String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        boolean named = dot >= 0 && EXTENSIONS.contains(extension);
        if (named && !ActivationMapFile.isName(name)) {
            return of(Type.PHOTO);
        }
        byte[] start = start(file);
        if (ActivationMapFile.isMarked(start)) {
            return of(Type.MAP);
        }
        if (named) {
            return of(Type.PHOTO);
        }
        return UnreadFormat.of(start, dot < 0 ? "" : extension)
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
