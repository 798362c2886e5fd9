package org.finetune.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hashes of what is in image files, which cost little beside decoding them. */
public final class ContentHashes {
    private ContentHashes() {}

    /**
     * Reads and hashes files in parallel.
     *
     * @return for each file, in the order of the list, its SHA-256 in hexadecimal, or "" if it cannot be read
     */
    public static List<String> of(List<Path> images) {
        return images.parallelStream().map(ContentHashes::of).toList();
    }

    /** SHA-256 of some bytes, in hexadecimal. */
    public static String of(byte[] bytes) {
        return PhotoFile.sha256(bytes);
    }

    private static String of(Path image) {
        try {
            return PhotoFile.sha256(PhotoFile.read(image));
        } catch (IOException e) {
            return "";
        }
    }
}
