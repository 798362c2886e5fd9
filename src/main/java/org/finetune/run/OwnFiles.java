package org.finetune.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.regex.Pattern;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;

/**
 * What a directory has of names that are given in it by finetune, apart from what users have put there.
 *
 * @param directory the directory, which itself may be reached through a link
 * @param names the paths in it that are finetune's, with slashes
 */
public record OwnFiles(Path directory, Pattern names) {

    /**
     * Checks that there are only regular files and directories of these names.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if there is a link, a pipe or a device
     */
    public void requirePlain() {
        try {
            Path root = directory.toRealPath();
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path entry, BasicFileAttributes attributes) {
                    return entry.equals(root) || isOwn(root, entry)
                            ? FileVisitResult.CONTINUE
                            : FileVisitResult.SKIP_SUBTREE;
                }

                @Override
                public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) throws IOException {
                    if (isOwn(root, entry)) {
                        PlainFiles.require(entry, attributes, true);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path entry, IOException e) throws IOException {
                    if (isOwn(root, entry)) {
                        throw e;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            Path file = e instanceof FileSystemException f && f.getFile() != null ? Path.of(f.getFile()) : directory;
            throw new FinetuneException(
                    ExitCode.DATA,
                    "Cannot use '" + file + "': " + FailureReason.of(e)
                            + "; links inside a run or sweep directory are never followed. Remove it, or "
                            + "replace it with a copy of its target.",
                    e);
        }
    }

    /**
     * Deletes a file, or a directory with all in it. What is not of finetune's names stays, as do the directories that
     * hold it.
     *
     * @param name a path in the directory
     * @return whether it is gone
     * @throws IOException if it cannot be deleted, or is reached through a link
     */
    public boolean delete(Path name) throws IOException {
        for (Path above = name.getParent(); above != null; above = above.getParent()) {
            Path entry = directory.resolve(above);
            if (Files.isSymbolicLink(entry)) {
                throw new FileSystemException(entry.toString(), null, "it is a symbolic link");
            }
        }
        Path start = directory.resolve(name);
        if (!PlainFiles.exists(start)) {
            return true;
        }
        // A tree is walked without following links.
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path entry, BasicFileAttributes attributes) throws IOException {
                if (isOwn(directory, entry)) {
                    Files.delete(entry);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path entry, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                try {
                    if (isOwn(directory, entry)) {
                        Files.delete(entry);
                    }
                } catch (DirectoryNotEmptyException e) {
                    // It has something of the user's.
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return !PlainFiles.exists(start);
    }

    private boolean isOwn(Path root, Path entry) {
        String name = root.relativize(entry).toString();
        return names.matcher(name).matches();
    }
}
