package org.finetune.data;

import java.util.List;
import java.util.function.LongConsumer;

/** Finds photos that look alike, so that they are not divided between training and validation. */
@FunctionalInterface
public interface LookAlikes {
    /** Finds none, without looking at the photos. */
    LookAlikes IGNORED = (photos, progress) -> List.of();

    /**
     * Groups photos that look alike. Photos that cannot be used are in no group.
     *
     * @param progress hears how many photos are done
     * @return the places in the list of the photos of each group of two or more
     * @throws StorageException if the storage is at fault
     */
    List<List<Integer>> find(List<LabeledPhoto> photos, LongConsumer progress);
}
