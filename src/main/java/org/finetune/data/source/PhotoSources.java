package org.finetune.data.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoSource;
import org.finetune.data.archive.ArchiveSource;
import org.finetune.data.archive.BracePattern;
import org.finetune.data.archive.ShardSource;
import org.finetune.data.manifest.Manifest;

/** Chooses the source of photos. */
public final class PhotoSources {
    private PhotoSources() {}

    /**
     * The source that a place given by the user stands for: a manifest by its name, an archive by its content, a directory in an
     * archive, or shards by a pattern; else a directory. Nothing but the beginning of a file is read yet.
     */
    public static PhotoSource of(Path place) {
        if (Files.isRegularFile(place)) {
            return Manifest.isOne(place)
                    ? new Manifest(place)
                    : ArchiveSource.isArchive(place) ? new ArchiveSource(place, place) : new PhotoDirectory(place);
        }
        if (!Files.exists(place)) {
            if (BracePattern.isOne(place)) {
                return new ShardSource(place, BracePattern.expand(place));
            }
            Optional<Path> archive = archiveAbove(place);
            if (archive.isPresent()) {
                return new ArchiveSource(place, archive.get());
            }
        }
        return new PhotoDirectory(place);
    }

    /** Whether a place stands for something that is there, as far as that is known without reading it. */
    public static boolean exist(Path place) {
        return Files.exists(place)
                || BracePattern.isOne(place)
                || archiveAbove(place).isPresent();
    }

    private static Optional<Path> archiveAbove(Path place) {
        Path above = place.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return Optional.ofNullable(above).filter(Files::isRegularFile).filter(ArchiveSource::isArchive);
    }
}
