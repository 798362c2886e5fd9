package org.finetune.data;

/** Photos that are found no further than they are asked for, so that any number of them takes little memory and begins at once. */
public interface PhotoParts {
    /**
     * The next photos, with what could not be read among them. Warnings come with the last part.
     *
     * @param most number of photos; fewer are returned only where there are no more
     * @throws org.finetune.FinetuneException if what stands for the photos is wrong, or stands for none
     * @throws StorageException if the storage is at fault
     */
    PhotoPaths next(int most);

    /** Whether there may be more photos. */
    boolean hasMore();
}
