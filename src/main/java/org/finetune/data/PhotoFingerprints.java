package org.finetune.data;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fingerprints of photos, by which they are divided.
 *
 * @param hashes the fingerprint of each photo that can be read
 * @param bad why the others cannot
 */
record PhotoFingerprints(Map<Photo, String> hashes, Map<Photo, String> bad) {

    /**
     * Reads photos in parallel.
     *
     * @throws StorageException if the storage is at fault
     */
    static PhotoFingerprints read(List<? extends Photo> photos, ReadingProgress progress) {
        Map<Photo, String> hashes = new ConcurrentHashMap<>();
        Map<Photo, String> bad = new ConcurrentHashMap<>();
        AtomicLong done = new AtomicLong();
        photos.parallelStream().forEach(photo -> {
            try {
                hashes.put(photo, photo.fingerprint());
            } catch (IOException e) {
                bad.put(photo, BadPhoto.reason(e));
            }
            progress.read(done.incrementAndGet(), photos.size());
        });
        return new PhotoFingerprints(hashes, bad);
    }
}
