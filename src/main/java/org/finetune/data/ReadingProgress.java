package org.finetune.data;

/** Is told how many photos have been read for their hashes. Calls may come from several threads at once. */
@FunctionalInterface
public interface ReadingProgress {
    void read(long done, long total);
}
