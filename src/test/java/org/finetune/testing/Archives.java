package org.finetune.testing;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes archives. */
public final class Archives {
    private Archives() {}

    /** Writes an archive of the format that its name ends in: zip, tar or gz, for a compressed tar file. */
    public static Path write(Path archive, Map<String, byte[]> files) throws IOException {
        String name = archive.toString();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
            if (name.endsWith(".zip")) {
                zip(out, files);
            } else {
                tar(name.endsWith("gz") ? new GZIPOutputStream(out) : out, files);
            }
        }
        return archive;
    }

    private static void zip(OutputStream out, Map<String, byte[]> files) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
    }

    private static void tar(OutputStream out, Map<String, byte[]> files) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
    }

    /** The files below a directory by their paths from it, after a prefix. */
    public static Map<String, byte[]> filesOf(Path directory, String prefix) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (Path file : all) {
            contents.put(prefix + directory.relativize(file), Files.readAllBytes(file));
        }
        return contents;
    }
}
