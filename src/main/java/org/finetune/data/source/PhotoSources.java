package org.finetune.data.source;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.FileKind;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoSource;
import org.finetune.data.UrlArgument;
import org.finetune.data.archive.ArchiveSource;
import org.finetune.data.archive.BracePattern;
import org.finetune.data.archive.ParquetSource;
import org.finetune.data.archive.ShardSource;
import org.finetune.data.manifest.Manifest;

/** Chooses the source of photos. */
public final class PhotoSources {
    /** What photos with classes may be, for help texts. */
    public static final String DESCRIPTION =
            "Photos: a directory with one sub-directory per class, or with train/ and val/ (or test/) containing "
                    + "them; a zip or tar archive of one; Parquet files or WebDataset shards; or a CSV, TSV or JSONL "
                    + "file that lists photos, classes and perhaps the split.";

    private PhotoSources() {}

    /**
     * The source that a place given by the user stands for: a manifest by its name, an archive or a Parquet file by its content,
     * a directory in an archive, shards or several Parquet files by a pattern, a directory of Parquet files; else a directory.
     * Nothing but the beginning or the end of a file is read yet.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if it is a URL
     */
    public static PhotoSource of(Path place) {
        if (Files.isRegularFile(place)) {
            return ofFile(place).orElseGet(() -> new PhotoDirectory(place));
        }
        if (Files.isDirectory(place)) {
            return ofDirectory(place).orElseGet(() -> new PhotoDirectory(place));
        }
        UrlArgument.refuse(place.toString());
        if (BracePattern.isOne(place)) {
            return ofPattern(place, BracePattern.expand(place));
        }
        return archiveAbove(place)
                .<PhotoSource>map(archive -> new ArchiveSource(place, archive))
                .orElseGet(() -> new PhotoDirectory(place));
    }

    private static Optional<PhotoSource> ofFile(Path file) {
        if (Manifest.isOne(file)) {
            return Optional.of(new Manifest(file));
        }
        if (ParquetSource.isParquet(file)) {
            return Optional.of(ParquetSource.ofFile(file));
        }
        return ArchiveSource.isArchive(file) ? Optional.of(new ArchiveSource(file, file)) : Optional.empty();
    }

    private static Optional<PhotoSource> ofDirectory(Path directory) {
        return ParquetSource.in(directory).map(source -> source);
    }

    private static PhotoSource ofPattern(Path pattern, List<Path> files) {
        return !files.isEmpty() && ParquetSource.isParquet(files.get(0))
                ? ParquetSource.ofFiles(pattern, files)
                : new ShardSource(pattern, files);
    }

    /**
     * The photos of a place that is neither a photo nor a directory of photos nor a pattern of photos but has photos in it, such as
     * an archive; nothing for any other place.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if it has no photos, or cannot be read
     */
    public static Optional<PhotoPaths> photosIn(Path place) {
        return container(place).map(PhotoSource::photos);
    }

    private static Optional<PhotoSource> container(Path place) {
        if (Files.isRegularFile(place)) {
            // Most are photos, and not to be opened twice.
            return FileKind.isKnownByName(place.toString()) ? Optional.empty() : ofFile(place);
        }
        if (Files.isDirectory(place)) {
            return ofDirectory(place);
        }
        if (BracePattern.isOne(place)) {
            List<Path> files = BracePattern.expand(place);
            return Optional.of(files)
                    .filter(all -> !all.isEmpty() && isContainer(all.get(0)))
                    .map(all -> ofPattern(place, all));
        }
        return archiveAbove(place).map(archive -> new ArchiveSource(place, archive));
    }

    private static boolean isContainer(Path file) {
        return ParquetSource.isParquet(file) || ArchiveSource.isArchive(file);
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
