package org.finetune.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Opens what a directory of ours should have as regular files and directories. Such a directory may come from anybody, so
 * a symbolic link in the place of one is not followed, and a pipe or a device not waited for: both are errors. Only the
 * last name of a path counts; the directories above it are the user's, or were examined as {@link OwnFiles}.
 */
public final class PlainFiles {
    private PlainFiles() {}

    /**
     * Opens a file.
     *
     * @param options as for {@link FileChannel#open(Path, OpenOption...)}
     * @throws FileSystemException saying so if there is something that is no regular file
     */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        requireRegular(file);
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return FileChannel.open(file, all);
    }

    /**
     * Opens a file for reading.
     *
     * @throws NoSuchFileException if there is none
     * @throws FileSystemException saying so if there is something that is no regular file
     */
    public static InputStream read(Path file) throws IOException {
        return Channels.newInputStream(open(file, StandardOpenOption.READ));
    }

    /**
     * Checks that a file, if it is there, is a regular one.
     *
     * @throws FileSystemException saying so if it is not
     */
    static void requireRegular(Path file) throws IOException {
        try {
            require(file, attributes(file), false);
        } catch (NoSuchFileException e) {
            // Whoever opens it says whether that is wrong.
        }
    }

    /**
     * Checks what is in a place.
     *
     * @param directory whether it may be a directory
     */
    static void require(Path file, BasicFileAttributes attributes, boolean directory) throws FileSystemException {
        if (attributes.isSymbolicLink()) {
            throw new FileSystemException(file.toString(), null, "it is a symbolic link");
        }
        if (!attributes.isRegularFile() && !(directory && attributes.isDirectory())) {
            throw new FileSystemException(
                    file.toString(), null, attributes.isDirectory() ? "it is a directory" : "it is not a regular file");
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether there is anything of a name, be it a link that leads nowhere. */
    public static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Makes a directory, and those above it, unless it is there.
     *
     * @return the directory
     * @throws FileSystemException saying so if there is a link or a file of its name
     */
    public static Path createDirectory(Path directory) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            BasicFileAttributes attributes = attributes(directory);
            require(directory, attributes, true);
            if (attributes.isRegularFile()) {
                throw e;
            }
        }
        return directory;
    }
}
