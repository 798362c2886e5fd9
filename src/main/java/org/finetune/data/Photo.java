package org.finetune.data;

import java.io.IOException;
import org.finetune.hash.Sha256;

/**
 * A photo of the user, which is read when it is needed, and again whenever it is. Its content may change in between, or be
 * gone.
 *
 * <p>All methods may be called by several threads at once. Those that read throw an {@link IOException} if the photo is bad:
 * it is absent, its owner does not allow reading it, it is too large, or it is damaged so that it cannot be unpacked. Such a
 * photo is skipped and the message of the exception says why in a few words without the id. They throw a
 * {@link StorageException} if the storage is at fault, which says nothing about the photo and ends the run.
 */
public interface Photo {
    /** Most bytes of a photo that is read. */
    int MAX_BYTES = 256 << 20;

    /**
     * What the photo is called in all output, logs and files, unique in its source and the same whenever the source is
     * listed: by it a resumed run recognizes its photos.
     */
    String id();

    /** The last part of the id, such as {@code rose.jpg}, by which people know the photo and new files are named after it. */
    String fileName();

    /**
     * Bytes of the content, as far as they are known without reading it.
     *
     * @throws IOException if the photo is bad
     * @throws StorageException if the storage is at fault
     */
    long length() throws IOException;

    /**
     * Reads the content.
     *
     * @throws IOException if the photo is bad, among others if it has more than {@link #MAX_BYTES}
     * @throws StorageException if the storage is at fault
     */
    byte[] read() throws IOException;

    /**
     * SHA-256 of the content, in hexadecimal.
     *
     * @throws IOException if the photo is bad
     * @throws StorageException if the storage is at fault
     */
    default String sha256() throws IOException {
        return Sha256.of(read());
    }

    /**
     * A hash by which contents are told apart without reading all of large photos, as {@link Fingerprint} makes it. Whether a
     * photo is for training or for validation follows from it, so it is the same wherever the photo lies.
     *
     * @throws IOException if the photo is bad
     * @throws StorageException if the storage is at fault
     */
    default String fingerprint() throws IOException {
        return Fingerprint.of(read());
    }
}
