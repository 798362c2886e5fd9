package org.finetune.data;

import java.util.List;

/** A directory of photos and all below it, on disk or in an archive. Its text is its path, as the user knows it. */
public interface PhotoTree {
    /** The last part of its path. */
    String name();

    /**
     * The directories directly in it, sorted by code point, but those that are hidden or lead back to it or above.
     *
     * @throws org.finetune.FinetuneException with {@link org.finetune.ExitCode#DATA} if it is no directory or cannot be read
     */
    List<PhotoTree> subdirectories();

    /** Whether it is the directory of a run, a sweep or a range test. */
    boolean isOutput();

    /** Looks for photos directly in it, and for what else there is but {@link #subdirectories}. */
    FoundPhotos directly();

    /** Looks for photos in it and to any depth below. */
    FoundPhotos below();
}
