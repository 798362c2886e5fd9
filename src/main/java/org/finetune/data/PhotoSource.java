package org.finetune.data;

import java.util.Optional;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.split.GroupPattern;

/**
 * Where photos with known classes come from. Photos are later read about in the order of the lists, by several threads, and
 * several times; a source that is read fastest from one end to the other lists its photos within a class in that order.
 */
public interface PhotoSource {
    /**
     * Lists the photos to train on and to validate with.
     *
     * @param rule how photos are divided where the source is not split itself
     * @param progress hears how many photos are read where the source is not split itself
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
     * Lists the photos to evaluate: the validation photos where the source is split, else all. They are the dataset's
     * validation photos.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing or has no photos in classes
     * @throws StorageException if the storage is at fault
     */
    Dataset forEvaluation();
}
