package org.finetune.data.archive;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.Dataset;
import org.finetune.data.Photo;
import org.finetune.data.PhotoDirectory;
import org.finetune.data.PhotoPaths;
import org.finetune.data.PhotoSource;
import org.finetune.data.ReadingProgress;
import org.finetune.data.SplitPart;
import org.finetune.data.SplitRule;
import org.finetune.data.split.GroupPattern;

/**
 * An archive, or a directory in it. It is a directory of classes as {@link PhotoDirectory} has them, or, if its photos have files
 * with their classes beside them, a {@link ShardSource}. A directory that is the only one in the archive stands for the
 * archive.
 */
public final class ArchiveSource implements PhotoSource {
    private final Path place;
    private final Path file;
    private Archive archive;
    private PhotoSource content;

    /**
     * An archive that is not read yet.
     *
     * @param place the archive, or the path that a directory of it would have if the archive were a directory
     * @param file the archive
     */
    public ArchiveSource(Path place, Path file) {
        this.place = place;
        this.file = file;
    }

    /** Whether a file is an archive by its content, of a format that is read or not. */
    public static boolean isArchive(Path file) {
        return Archive.isOne(file);
    }

    private Archive archive() {
        if (archive == null) {
            archive = Archive.read(file);
        }
        return archive;
    }

    private PhotoSource content() {
        if (content == null) {
            content = ShardSource.isShard(archive()) && place.equals(file)
                    ? new ShardSource(place, archive())
                    : new PhotoDirectory(place, directory());
        }
        return content;
    }

    private ArchiveTree directory() {
        ArchiveTree root = ArchiveTree.of(archive());
        String below = file.relativize(place).toString();
        return root.find(below)
                .map(directory -> below.isEmpty() ? directory.innermost() : directory)
                .orElseThrow(() -> new FinetuneException(
                        ExitCode.DATA, "The archive '" + file + "' has no directory '" + below + "'; check --data."));
    }

    @Override
    public Path place() {
        return place;
    }

    @Override
    public Dataset forTraining(SplitRule rule, ReadingProgress progress) {
        return content().forTraining(rule, progress);
    }

    @Override
    public Dataset forFolds(Optional<GroupPattern> groups) {
        return content().forFolds(groups);
    }

    @Override
    public Dataset forEvaluation(Optional<SplitPart> part) {
        return content().forEvaluation(part);
    }

    @Override
    public PhotoPaths photos() {
        String below = file.relativize(place).toString();
        return archive().files().containsKey(below)
                ? new PhotoPaths(List.of(archive().photo(below)), List.of(), List.of())
                : content().photos();
    }

    @Override
    public String evaluatedPart(Optional<SplitPart> part) {
        return content().evaluatedPart(part);
    }

    /** The photo's path in the archive, or in the directory of it. */
    @Override
    public String name(String id) {
        return PhotoSource.relative(place, id);
    }

    @Override
    public Photo photo(String name) {
        return archive().photo(file.relativize(place.resolve(name)).toString());
    }
}
