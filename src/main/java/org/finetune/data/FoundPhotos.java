package org.finetune.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a search for photos has come across. What is hidden or no image is counted; photos in formats that are not read are noted
 * as bad. What finetune itself has written is passed over.
 */
public final class FoundPhotos {
    private final List<Photo> photos = new ArrayList<>();
    private final List<BadPhoto> bad = new ArrayList<>();
    private final List<String> ownDirectories = new ArrayList<>();
    private int maps;
    private int imageFiles;
    private int otherFiles;
    private int hidden;
    private int loops;

    /**
     * Adds a regular file.
     *
     * @param photo the file, if it is a photo
     * @param kind what it is
     * @param size its length in bytes
     */
    public void add(Photo photo, FileKind kind, long size) {
        switch (kind.type()) {
            case PHOTO -> {
                imageFiles++;
                if (size == 0) {
                    bad.add(new BadPhoto(photo.id(), "empty file"));
                } else {
                    photos.add(photo);
                }
            }
            case UNREAD -> {
                imageFiles++;
                bad.add(new BadPhoto(photo.id(), kind.reason()));
            }
            case MAP -> maps++;
            case OTHER -> otherFiles++;
        }
    }

    /** Adds what cannot be read. */
    public void addBad(BadPhoto file) {
        bad.add(file);
    }

    /** Adds a directory that finetune has written, by its path. */
    public void addOwn(String directory) {
        ownDirectories.add(directory);
    }

    /** Adds a hidden file or directory. */
    public void addHidden() {
        hidden++;
    }

    /** Adds a file that is no image. */
    public void addOther() {
        otherFiles++;
    }

    /** Adds a link that leads back. */
    void addLoop() {
        loops++;
    }

    /** Sorts what was found by code point, photos of the same directory by their paths. */
    public void sort() {
        photos.sort(Comparator.comparing(Photo::id, CodePointOrder.INSTANCE));
        bad.sort(Comparator.comparing(BadPhoto::id, CodePointOrder.INSTANCE));
    }

    /** Whether there are neither photos nor anything that cannot be read. */
    boolean isEmpty() {
        return photos.isEmpty() && bad.isEmpty();
    }

    /** Moves the photos, and what cannot be read, to other lists, and tells whether there were any. */
    boolean moveTo(List<Photo> otherPhotos, List<BadPhoto> otherBad) {
        boolean any = !isEmpty();
        otherPhotos.addAll(photos);
        otherBad.addAll(bad);
        photos.clear();
        bad.clear();
        return any;
    }

    List<Photo> photos() {
        return photos;
    }

    /** Image files that are empty or of other formats, and whatever could not be read. */
    List<BadPhoto> bad() {
        return bad;
    }

    PassedOver passedOver() {
        return new PassedOver(ownDirectories, maps);
    }

    ScanCounts counts() {
        return new ScanCounts(imageFiles, otherFiles, hidden, loops);
    }

    /** Paths of all image files, and of whatever could not be read. */
    public List<String> paths() {
        List<String> paths = new ArrayList<>();
        photos.forEach(photo -> paths.add(photo.id()));
        bad.forEach(file -> paths.add(file.id()));
        return paths;
    }
}
