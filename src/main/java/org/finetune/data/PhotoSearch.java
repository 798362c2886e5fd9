package org.finetune.data;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.finetune.run.OutputDirectory;

/**
 * Finds the photos in a directory and all below it, following symbolic links. What is hidden or no image is
 * counted; what cannot be read, and photos in formats that are not, are noted, and the search goes on. What finetune itself
 * has written is passed over.
 */
public final class PhotoSearch extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Predicate<Path> filter;
    private final List<PhotoFile> photos = new ArrayList<>();
    private final List<BadPhoto> bad = new ArrayList<>();
    private final List<Path> ownDirectories = new ArrayList<>();
    private int maps;
    private int imageFiles;
    private int otherFiles;
    private int hidden;
    private int loops;

    private PhotoSearch(Path root, Predicate<Path> filter) {
        this.root = root;
        this.filter = filter;
    }

    /** Searches a directory to any depth. */
    public static PhotoSearch in(Path directory) {
        return in(directory, Integer.MAX_VALUE, file -> true);
    }

    /**
     * Searches a directory.
     *
     * @param depth how many levels are searched: 1 for the directory alone
     * @param filter the files to look at; others are not even counted
     */
    static PhotoSearch in(Path directory, int depth, Predicate<Path> filter) {
        PhotoSearch search = new PhotoSearch(directory, filter);
        try {
            Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, search);
        } catch (IOException e) {
            search.bad.add(bad(directory, e));
        }
        search.photos.sort(byRelativePath(directory));
        search.bad.sort(Comparator.comparing(BadPhoto::id, CodePointOrder.INSTANCE));
        return search;
    }

    private static Comparator<PhotoFile> byRelativePath(Path directory) {
        return Comparator.comparing(photo -> directory.relativize(photo.path()).toString(), CodePointOrder.INSTANCE);
    }

    /** The photos that were found, sorted by their path relative to the directory. */
    List<PhotoFile> photos() {
        return photos;
    }

    /** All image files, and whatever could not be read, in no order. */
    public List<Path> files() {
        return Stream.concat(photos.stream().map(PhotoFile::path), bad.stream().map(photo -> Path.of(photo.id())))
                .toList();
    }

    /** Image files that are empty or of other formats, and whatever could not be read, sorted. */
    List<BadPhoto> bad() {
        return bad;
    }

    private static BadPhoto bad(Path path, IOException e) {
        return new BadPhoto(path.toString(), BadPhoto.reason(PhotoFile.bad(path, e)));
    }

    PassedOver passedOver() {
        return new PassedOver(ownDirectories, maps);
    }

    ScanCounts counts() {
        return new ScanCounts(imageFiles, otherFiles, hidden, loops);
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        if (!directory.equals(root) && PhotoFile.isHidden(directory)) {
            hidden++;
            return FileVisitResult.SKIP_SUBTREE;
        }
        if (!directory.equals(root) && leadsAbove(directory)) {
            loops++;
            return FileVisitResult.SKIP_SUBTREE;
        }
        if (OutputDirectory.isOne(directory)) {
            ownDirectories.add(directory);
            return FileVisitResult.SKIP_SUBTREE;
        }
        return FileVisitResult.CONTINUE;
    }

    /** Whether a directory is a link to one above the searched one, which holds other classes too. */
    private boolean leadsAbove(Path directory) {
        try {
            return Files.isSymbolicLink(directory) && root.toRealPath().startsWith(directory.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (!filter.test(file)) {
            return FileVisitResult.CONTINUE;
        }
        if (PhotoFile.isHidden(file)) {
            hidden++;
        } else if (attributes.isSymbolicLink()) {
            // Links are followed, so this one leads nowhere.
            bad.add(new BadPhoto(file.toString(), "broken link"));
        } else if (attributes.isDirectory() && leadsAbove(file)) {
            loops++;
        } else if (!attributes.isRegularFile()) {
            otherFiles++;
        } else {
            add(file, attributes.size());
        }
        return FileVisitResult.CONTINUE;
    }

    private void add(Path file, long size) {
        FileKind kind = FileKind.of(file);
        switch (kind.type()) {
            case PHOTO -> {
                imageFiles++;
                if (size == 0) {
                    bad.add(new BadPhoto(file.toString(), "empty file"));
                } else {
                    photos.add(new PhotoFile(file));
                }
            }
            case UNREAD -> {
                imageFiles++;
                bad.add(new BadPhoto(file.toString(), kind.reason()));
            }
            case MAP -> maps++;
            case OTHER -> otherFiles++;
        }
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        if (e instanceof FileSystemLoopException) {
            loops++;
        } else {
            bad.add(bad(file, e));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
        if (e != null) {
            bad.add(bad(directory, e));
        }
        return FileVisitResult.CONTINUE;
    }
}
