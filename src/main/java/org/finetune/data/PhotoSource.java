package org.finetune.data;

import java.nio.file.Path;
import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;

/**
 * Where photos with known classes come from. Photos are later read about in the order of the lists, by several threads, and
 * several times; a source that is read fastest from one end to the other lists its photos within a class in that order.
 */
public interface PhotoSource {
    /** The directory or file that the photos are in, as the user has named it. */
    Path place();

    /**
     * Lists the photos to train on and to validate with.
     *
     * @param rule how photos are divided where the source is not split itself
     * @param progress is told how many photos are read where the source is not split itself
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing or has fewer than two classes, an empty
     *     class or validation photos of a class that has no training photos, or the rule's pattern names no groups to divide
     * @throws StorageException if the storage is at fault
     */
    Dataset forTraining(SplitRule rule, ReadingProgress progress);

    /**
     * Lists the photos for cross-validation, which takes all in turns to validate with. They are the dataset's training
     * photos.
     *
     * @param groups what names groups of photos that stay together, if there are any
     * @throws FinetuneException with {@link ExitCode#DATA} also if the source has validation photos of its own
     * @throws StorageException if the storage is at fault
     */
    Dataset forFolds(Optional<GroupPattern> groups);

    /**
     * Lists the photos to evaluate, as the dataset's validation photos.
     *
     * @param part the part of a source that is split; without one the validation photos, else those for testing, else all
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing, has no such part or no photos in classes
     * @throws StorageException if the storage is at fault
     */
    Dataset forEvaluation(Optional<SplitPart> part);

    /**
     * Lists all photos, whatever their classes and parts are and even if there are none, for prediction.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing, cannot be read or has no photos
     * @throws StorageException if the storage is at fault
     */
    PhotoPaths photos();

    /**
     * What the part is called whose photos {@link #forEvaluation} lists.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the source has no such part
     */
    String evaluatedPart(Optional<SplitPart> part);

    /**
     * The name that a photo of the source has in it, which stays the same when the source is moved.
     *
     * @param id the photo's id
     */
    String name(String id);

    /**
     * The path of a photo below a place, whichever of the two is relative.
     *
     * @param id the photo's id, a path
     */
    static String relative(Path place, String id) {
        return place.toAbsolutePath()
                .normalize()
                .relativize(Path.of(id).toAbsolutePath().normalize())
                .toString();
    }

    /** The photo of a name in the source, which need not be there any more. */
    Photo photo(String name);
}
