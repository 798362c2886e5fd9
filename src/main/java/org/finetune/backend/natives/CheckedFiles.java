package org.finetune.backend.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * Which unpacked files were compared with what is in their jars, and how they were then. Comparing all takes a second, so it is done
 * again only for files that have changed since: each write gives a file another time of change, which only the system sets.
 */
final class CheckedFiles {
    private static final String NAME = "checked.txt";

    private final Path directory;
    private final Map<String, String> states = new TreeMap<>();
    private boolean changed;

    private CheckedFiles(Path directory) {
        this.directory = directory;
    }

    /** What the directory has recorded. */
    static CheckedFiles in(Path directory) throws IOException {
        CheckedFiles checked = new CheckedFiles(directory);
        Path record = directory.resolve(NAME);
        if (Files.isRegularFile(record)) {
            for (String line : Files.readAllLines(record)) {
                int end = line.lastIndexOf('\t');
                if (end > 0) {
                    checked.states.put(line.substring(0, end), line.substring(end + 1));
                }
            }
        }
        return checked;
    }

    /** Whether a file has the contents of the entry from which it was unpacked. One that has not is deleted. */
    boolean isWhole(Path file, JarEntry entry) throws IOException {
        String name = directory.relativize(file).toString();
        String state = state(file);
        if (state.equals(states.get(name))) {
            return true;
        }
        if (checksum(file) != entry.getCrc()) {
            // By size and time it may look whole to JavaCPP, which unpacks only what is not.
            Files.delete(file);
            return false;
        }
        states.put(name, state);
        changed = true;
        return true;
    }

    private static String state(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,size,ctime");
        return attributes.get("ino") + " " + attributes.get("size") + " " + attributes.get("ctime");
    }

    private static long checksum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                CheckedInputStream checked = new CheckedInputStream(in, new CRC32())) {
            checked.transferTo(OutputStream.nullOutputStream());
            return checked.getChecksum().getValue();
        }
    }

    /** Records what was compared, if the directory can be written. */
    void save() {
        if (!changed) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        states.forEach(
                (name, state) -> lines.append(name).append('\t').append(state).append('\n'));
        try {
            Path temporary = Files.createTempFile(directory, NAME, ".part");
            try {
                Files.writeString(temporary, lines);
                Files.move(
                        temporary,
                        directory.resolve(NAME),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            // They are compared again at the next start.
        }
    }
}
