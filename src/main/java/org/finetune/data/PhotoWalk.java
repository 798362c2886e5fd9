package org.finetune.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The photos in a directory and all below it, and what cannot be read there, as a {@link PhotoSearch} finds them and in the same order,
 * but one by one: of millions the first is there at once, and only the names in the directories that the search is in are kept.
 */
final class PhotoWalk {
    /** What stands in a name for bytes that are not in the locale's charset. */
    private static final char REPLACEMENT = '\ufffd';

    private final FoundPhotos found = new FoundPhotos();
    private final PhotoSearch search;
    private final Deque<Level> levels = new ArrayDeque<>();

    /**
     * A directory that the search is in.
     *
     * @param key by which a directory is known again that links lead back to
     * @param names those that are left, in order
     * @param lossy the paths of those that cannot be made of their names
     */
    private record Level(Path directory, Object key, Iterator<String> names, Map<String, Deque<Path>> lossy) {
        private Path next() {
            String name = names.next();
            return lossy.containsKey(name) ? lossy.get(name).remove() : directory.resolve(name);
        }
    }

    /** Begins with a directory. */
    PhotoWalk(Path root) {
        this.search = new PhotoSearch(root, file -> true, found);
        visit(root);
    }

    /**
     * Goes on until there is another photo, or something that cannot be read.
     *
     * @param photos takes the photo
     * @param bad takes what cannot be read
     * @return false if there was nothing more
     */
    boolean next(List<Photo> photos, List<BadPhoto> bad) {
        while (found.isEmpty() && !levels.isEmpty()) {
            Level level = levels.peek();
            if (level.names().hasNext()) {
                visit(level.next());
            } else {
                levels.pop();
            }
        }
        return found.moveTo(photos, bad);
    }

    /** What was come across so far. */
    FoundPhotos found() {
        return found;
    }

    private void visit(Path path) {
        try {
            BasicFileAttributes attributes = attributes(path);
            if (!attributes.isDirectory()) {
                search.visitFile(path, attributes);
            } else if (levels.stream().anyMatch(level -> level.key().equals(attributes.fileKey()))) {
                search.visitFileFailed(path, new FileSystemLoopException(path.toString()));
            } else if (search.preVisitDirectory(path, attributes) == FileVisitResult.CONTINUE) {
                levels.push(level(path, attributes.fileKey()));
            }
        } catch (IOException e) {
            search.visitFileFailed(path, e);
        }
    }

    /** Those of what a link leads to, or of the link if it leads nowhere. */
    private static BasicFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            BasicFileAttributes link = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (link.isSymbolicLink()) {
                return link;
            }
            throw e;
        }
    }

    /** Lists a directory in the order of the paths below it: behind the name of a directory there is a slash. */
    private static Level level(Path directory, Object key) throws IOException {
        List<String> names = new ArrayList<>();
        Map<String, Deque<Path>> lossy = new HashMap<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                String fileName = child.getFileName().toString();
                // What ends like a photo is hardly a directory, and need not be looked at.
                boolean slash = !FileKind.isKnownByName(fileName) && Files.isDirectory(child);
                String name = slash ? fileName + "/" : fileName;
                names.add(name);
                if (name.indexOf(REPLACEMENT) >= 0) {
                    lossy.computeIfAbsent(name, same -> new ArrayDeque<>()).add(child);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(CodePointOrder.INSTANCE);
        return new Level(directory, key, names.iterator(), lossy);
    }
}
