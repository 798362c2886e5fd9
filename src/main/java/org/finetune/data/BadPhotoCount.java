package org.finetune.data;

import java.util.List;
import java.util.Optional;

/** Counts photos that cannot be used, and remembers the first of them. */
public final class BadPhotoCount {
    private Optional<BadPhoto> first = Optional.empty();
    private boolean absent = true;
    private long count;

    /** Counts photos of a list. */
    public static BadPhotoCount of(List<BadPhoto> photos) {
        BadPhotoCount bad = new BadPhotoCount();
        photos.forEach(bad::add);
        return bad;
    }

    /** Counts a photo. */
    public void add(BadPhoto photo) {
        if (first.isEmpty()) {
            first = Optional.of(photo);
        }
        absent &= photo.isAbsent();
        count++;
    }

    /** Number of photos. */
    public long count() {
        return count;
    }

    /** The first photo, if there is one. */
    public Optional<BadPhoto> first() {
        return first;
    }

    /** Whether none of the files exists. */
    boolean areAbsent() {
        return absent;
    }
}
