package org.finetune.backend.natives;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.HomeDirectory;

/**
 * The directory to which JavaCPP unpacks native libraries, from which later runs load them. It is one that nobody else can write to:
 * whoever could put a library there could run anything as this user.
 */
final class PrivateDirectory {
    /** Where JNA unpacks its own library. */
    private static final String JNA_PROPERTY = "jna.tmpdir";

    private static final long MIB = 1 << 20;
    private static final int ROOT = 0;
    private static final int WRITABLE_BY_GROUP_OR_OTHERS = 022;
    private static final int WRITABLE_BY_OTHERS = 02;
    private static final int STICKY = 01000;
    private static final int PERMISSIONS = 0777;

    private final long user = new UnixSystem().getUid();

    PrivateDirectory() {}

    /**
     * Has JavaCPP unpack to the first directory that is private: the one that is set, the user's own, or one for temporary files.
     * Nothing may have been unpacked before. Without the launcher, which sets it, the choice is left to JavaCPP.
     *
     * @param mebibytes room that is needed there, with what is in it already, in MiB
     * @throws FinetuneException with {@link ExitCode#BACKEND} if there is none, or it has no room or allows no execution
     */
    static void use(long mebibytes) {
        String set = System.getProperty(NativeLibraries.CACHE);
        if (set == null) {
            return;
        }
        PrivateDirectory directories = new PrivateDirectory();
        Path wanted = Path.of(set);
        Path own = HomeDirectory.get().resolve(".cache/finetune/natives");
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "finetune-natives-" + directories.user);
        Path directory = Stream.of(wanted, own, temporary)
                .filter(directories::isPrivate)
                .findFirst()
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.BACKEND,
                        "Other users could place native libraries in '" + wanted
                                + "', or it is not writable; set XDG_CACHE_HOME to another directory."));
        requireSuitable(directory, mebibytes);
        if (!directory.equals(wanted)) {
            System.setProperty(NativeLibraries.CACHE, directory.toString());
            System.setProperty(JNA_PROPERTY, directory.toString());
        }
    }

    /**
     * Checks that libraries can be unpacked to a directory and loaded from there. Of one that cannot be written, which was
     * filled before, that is taken for granted.
     */
    static void requireSuitable(Path directory, long mebibytes) {
        if (!Files.isWritable(directory)) {
            return;
        }
        try {
            long free = (size(directory) + Files.getFileStore(directory).getUsableSpace()) / MIB;
            if (free < mebibytes) {
                throw unsuitable(directory, "has room for " + free + " MiB");
            }
            Path probe = Files.createTempFile(
                    directory,
                    ".probe",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                // Where execution is not allowed, it is so of no file, whatever its permissions.
                if (!Files.isExecutable(probe)) {
                    throw unsuitable(directory, "is mounted noexec, so nothing in it can be executed");
                }
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException e) {
            throw unsuitable(directory, "cannot be used (" + e.getMessage() + ")");
        }
    }

    private static FinetuneException unsuitable(Path directory, String problem) {
        return new FinetuneException(
                ExitCode.BACKEND,
                "The directory for native libraries, '" + directory + "', " + problem + "; it needs "
                        + NativeLibraries.MEBIBYTES
                        + " MiB and must allow execution. Set XDG_CACHE_HOME to such a directory.");
    }

    private static long size(Path directory) throws IOException {
        return contents(directory).stream()
                .map(Path::toFile)
                .filter(File::isFile)
                .mapToLong(File::length)
                .sum();
    }

    /** A directory and all that is in it, but what another process deletes meanwhile. */
    private static List<Path> contents(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) {
                found.add(inner);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return found;
    }

    /**
     * Whether a directory, which is made if there is none, and all that is in it belong to this user or root, and nobody else can
     * write to it. Where this user has left that open to others it is closed to them.
     */
    boolean isPrivate(Path directory) {
        try {
            Path parent = Files.createDirectories(directory.toAbsolutePath().getParent());
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            for (Path above = parent.toRealPath(); above != null; above = above.getParent()) {
                int mode = mode(above);
                if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
                    return false;
                }
            }
            List<Path> files = contents(directory.toRealPath());
            for (Path file : files) {
                if (!isPrivateFile(file)) {
                    return false;
                }
            }
            // One that was filled before, such as that of an image for containers, need not be writable.
            return files.size() > 1 || Files.isWritable(directory);
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isPrivateFile(Path file) throws IOException {
        Map<String, Object> attributes;
        try {
            attributes = Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            // Another process has deleted it meanwhile.
            return true;
        }
        int owner = (Integer) attributes.get("uid");
        if (owner != user && owner != ROOT) {
            return false;
        }
        int mode = (Integer) attributes.get("mode");
        if ((mode & WRITABLE_BY_GROUP_OR_OTHERS) != 0 && !Files.isSymbolicLink(file)) {
            if (owner != user) {
                return false;
            }
            Files.setAttribute(file, "unix:mode", mode & PERMISSIONS & ~WRITABLE_BY_GROUP_OR_OTHERS);
        }
        return true;
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode");
    }
}
