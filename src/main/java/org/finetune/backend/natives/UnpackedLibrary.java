package org.finetune.backend.natives;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.bytedeco.javacpp.Loader;

/** Native libraries as {@code Loader.cacheResource} of JavaCPP unpacks them: beside each other, in a directory for each jar. */
final class UnpackedLibrary {

    private UnpackedLibrary() {}

    /**
     * Finds a library.
     *
     * @param name its place in its jar, without what the system adds to the name of a library
     * @return where it is, if it and all others of its jar that are unpacked are whole
     */
    static Optional<Path> find(String name) throws IOException {
        Path place = Path.of(name);
        String entry = place.resolveSibling(
                        System.mapLibraryName(place.getFileName().toString()))
                .toString();
        URL url = Loader.class.getClassLoader().getResource(entry);
        if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
            return Optional.empty();
        }
        JarFile jar = connection.getJarFile();
        Path unpacked = Loader.getCacheDir().toPath().resolve(new File(jar.getName()).getName());
        return jar.stream().allMatch(other -> isWholeOrAbsent(other, unpacked))
                ? Optional.of(unpacked.resolve(entry)).filter(Files::isRegularFile)
                : Optional.empty();
    }

    /** Whether a file is of the size and the time that JavaCPP gives it when it is written. */
    private static boolean isWholeOrAbsent(JarEntry entry, Path directory) {
        File file = directory.resolve(entry.getName()).toFile();
        return entry.isDirectory()
                || !file.exists()
                || (file.length() == entry.getSize() && file.lastModified() == entry.getTime());
    }
}
