package org.finetune.backend.natives;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
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
     * @param checked what is known of the files' contents
     * @return where it is, if it and all others of its jar that are unpacked are whole
     */
    static Optional<Path> find(String name, CheckedFiles checked) throws IOException {
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
        for (JarEntry other : Collections.list(jar.entries())) {
            if (!isWholeOrAbsent(other, unpacked, checked)) {
                return Optional.empty();
            }
        }
        return Optional.of(unpacked.resolve(entry)).filter(Files::isRegularFile);
    }

    /** Whether a file is of the size and the time that JavaCPP gives it when it is written, and of the right contents. */
    private static boolean isWholeOrAbsent(JarEntry entry, Path directory, CheckedFiles checked) throws IOException {
        Path place = directory.resolve(entry.getName());
        File file = place.toFile();
        return entry.isDirectory()
                || !file.exists()
                || (file.length() == entry.getSize()
                        && file.lastModified() == entry.getTime()
                        && checked.isWhole(place, entry));
    }
}
