package org.finetune.data;

import java.io.IOException;
import java.util.List;

/** Hashes of the contents of photos, which cost little beside decoding them. */
public final class ContentHashes {
    private ContentHashes() {}

    /**
     * Reads and hashes photos in parallel.
     *
     * @return for each photo, in the order of the list, its SHA-256 in hexadecimal, or "" if it is bad
     * @throws StorageException if the storage is at fault
     */
    public static List<String> of(List<? extends Photo> photos) {
        return photos.parallelStream().map(ContentHashes::of).toList();
    }

    private static String of(Photo photo) {
        try {
            return photo.sha256();
        } catch (IOException e) {
            return "";
        }
    }
}
