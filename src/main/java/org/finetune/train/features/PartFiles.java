package org.finetune.train.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of an entry in the making in a {@link CacheDirectory}: a journal and the records of each layer, under hidden
 * names that stand for what they will be. A run that is stopped leaves them, and the next that makes the same goes on
 * with them. If two make it at once, the second has files of its own, which nobody goes on with.
 */
final class PartFiles {
    private static final Pattern NAME =
            Pattern.compile("(\\.[0-9a-f]{64})(\\.[0-9a-f-]{36})?(\\.\\d+)?\\.(journal|part)");
    private static final String JOURNAL = ".journal";
    /** How long files that nobody goes on with are kept. */
    private static final Duration KEPT = Duration.ofDays(7);

    private final Path directory;
    private final String name;
    private final CacheJournal journal;

    private PartFiles(Path directory, String name, CacheJournal journal) {
        this.directory = directory;
        this.name = name;
        this.journal = journal;
    }

    /**
     * Opens the files, and deletes those that dead processes have left and nobody will go on with.
     *
     * @param layers what the records of each layer will be
     * @param records records of each image that has activations, of all layers
     */
    static PartFiles open(Path directory, List<CacheKey> layers, int records) {
        deleteStale(directory);
        String shared = "." + CacheKey.ofAll(layers).sha256();
        return open(directory, shared, records)
                .or(() -> open(directory, shared + "." + UUID.randomUUID(), records))
                .orElseThrow(() -> new IllegalStateException("Nobody else has a name that was just drawn"));
    }

    private static Optional<PartFiles> open(Path directory, String name, int records) {
        return CacheJournal.open(directory.resolve(name + JOURNAL), name, records)
                .map(journal -> new PartFiles(directory, name, journal));
    }

    /** The name of a file {@code <key>.<kind>} while it is written, which is nobody else's. */
    static Path temporary(Path file) {
        String key = file.getFileName().toString().split("\\.")[0];
        return file.resolveSibling("." + key + "." + UUID.randomUUID() + ".part");
    }

    CacheJournal journal() {
        return journal;
    }

    /** The records of a layer. */
    Path data(int layer) {
        return directory.resolve(name + "." + layer + ".part");
    }

    private static void deleteStale(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Matcher matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches() && isStale(file, matcher)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            // They only take room, and another run may be deleting them too.
        }
    }

    private static boolean isStale(Path file, Matcher name) throws IOException {
        boolean own = name.group(2) != null;
        Path journal = file.resolveSibling(name.group(1) + (own ? name.group(2) : "") + JOURNAL);
        boolean old = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(Instant.now().minus(KEPT));
        if (!Files.exists(journal)) {
            // Records of a run that is going on have their journal.
            return old || (own && name.group(3) != null);
        }
        return (own || old) && !CacheJournal.isInUse(journal);
    }
}
