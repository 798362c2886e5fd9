package org.finetune.data;

import org.finetune.ExitCode;
import org.finetune.FinetuneException;

/**
 * Where photos with known classes come from. Photos are later read about in the order of the lists, by several threads, and
 * several times; a source that is read fastest from one end to the other lists its photos within a class in that order.
 */
public interface PhotoSource {
    /**
     * Lists the photos to train on and to validate with.
     *
     * @param validationShare share of validation photos, in (0, 1), where the source is not split itself
     * @param progress hears how many photos are read where the source is not split itself
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing or has fewer than two classes, an empty
     *     class or validation photos of a class that has no training photos
     * @throws StorageException if the storage is at fault
     */
    Dataset forTraining(double validationShare, ReadingProgress progress);

    /**
     * Lists the photos to evaluate: the validation photos where the source is split, else all. They are the dataset's
     * validation photos.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if the source is missing or has no photos in classes
     * @throws StorageException if the storage is at fault
     */
    Dataset forEvaluation();
}
