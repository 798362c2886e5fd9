package org.finetune.data;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.function.Predicate;
import org.finetune.run.OutputDirectory;

/** Finds the photos in a directory and all below it, following symbolic links. What cannot be read is noted. */
public final class PhotoSearch extends SimpleFileVisitor<Path> {
    private final Path root;
    private final Predicate<Path> filter;
    private final FoundPhotos found;

    /**
     * Prepares a search.
     *
     * @param filter the files to look at; others are not even counted
     * @param found where what is found is noted
     */
    PhotoSearch(Path root, Predicate<Path> filter, FoundPhotos found) {
        this.root = root;
        this.filter = filter;
        this.found = found;
    }

    /** Searches a directory to any depth. */
    public static FoundPhotos in(Path directory) {
        return in(directory, Integer.MAX_VALUE, file -> true);
    }

    /**
     * Searches a directory.
     *
     * @param depth how many levels are searched: 1 for the directory alone
     * @param filter the files to look at; others are not even counted
     * @return what was found, sorted
     */
    static FoundPhotos in(Path directory, int depth, Predicate<Path> filter) {
        PhotoSearch search = new PhotoSearch(directory, filter, new FoundPhotos());
        try {
            Files.walkFileTree(directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, search);
        } catch (IOException e) {
            search.found.addBad(bad(directory, e));
        }
        search.found.sort();
        return search.found;
    }

    private static BadPhoto bad(Path path, IOException e) {
        return new BadPhoto(path.toString(), BadPhoto.reason(PhotoFile.bad(path, e)));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
        if (!directory.equals(root)
                && PhotoFile.isHidden(directory.getFileName().toString())) {
            found.addHidden();
            return FileVisitResult.SKIP_SUBTREE;
        }
        if (!directory.equals(root) && leadsAbove(directory)) {
            found.addLoop();
            return FileVisitResult.SKIP_SUBTREE;
        }
        if (OutputDirectory.isOne(directory)) {
            found.addOwn(directory.toString());
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
        if (PhotoFile.isHidden(file.getFileName().toString())) {
            found.addHidden();
        } else if (attributes.isSymbolicLink()) {
            // Links are followed, so this one leads nowhere.
            found.addBad(new BadPhoto(file.toString(), "broken link"));
        } else if (attributes.isDirectory() && leadsAbove(file)) {
            found.addLoop();
        } else if (!attributes.isRegularFile()) {
            found.addOther();
        } else {
            found.add(new PhotoFile(file), FileKind.of(file), attributes.size());
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
        if (e instanceof FileSystemLoopException) {
            found.addLoop();
        } else {
            found.addBad(bad(file, e));
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException e) {
        if (e != null) {
            found.addBad(bad(directory, e));
        }
        return FileVisitResult.CONTINUE;
    }
}
