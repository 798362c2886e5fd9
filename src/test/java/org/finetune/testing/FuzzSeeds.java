package org.finetune.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The directory of inputs with which fuzzing begins. */
public final class FuzzSeeds {
    /** Larger inputs make fuzzing slow. */
    private static final int MAX_BYTES = 64 << 10;

    private final Path directory;
    private int count;

    /**
     * Takes the directory.
     *
     * @param arguments those of the program, of which it is the only one
     */
    public FuzzSeeds(String[] arguments) throws IOException {
        directory = Files.createDirectories(Path.of(arguments[0]));
    }

    /** Adds an input, unless it is too large. */
    public void add(byte[] input) throws IOException {
        if (input.length <= MAX_BYTES) {
            Files.write(directory.resolve("seed" + count++), input);
        }
    }

    /** Adds the files of a directory, and of those in it; none if there is no such directory. */
    public void addFiles(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    add(Files.readAllBytes(file));
                }
            }
        }
    }

    /** A file for inputs of programs that read files, in memory where that is possible. */
    public static Path scratchFile() {
        Path file = scratchDirectory().resolve("input.bin");
        file.toFile().deleteOnExit();
        return file;
    }

    /** A directory for inputs of programs that look for files, in memory where that is possible. */
    public static Path scratchDirectory() {
        try {
            Path memory = Path.of("/dev/shm");
            Path directory = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "fuzz")
                    : Files.createTempDirectory("fuzz");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException e) {
            throw new IllegalStateException("No place for scratch files", e);
        }
    }
}
