package org.finetune.spark;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the results of a job depend on, and how they are divided. A later job with the same inputs resumes an earlier one.
 *
 * @param inputs versions, settings and the SHA-256 of files, by what users call them
 * @param photos number of photos
 * @param block number of photos of a task
 * @param chunk number of blocks that are finished together; a resumed job keeps that of the earlier one
 */
record JobKey(Map<String, String> inputs, long photos, int block, int chunk) {

    /** The same with chunks of another size. */
    JobKey withChunk(int blocks) {
        return new JobKey(inputs, photos, block, blocks);
    }

    /** The inputs that differ from another key's. */
    List<String> differences(JobKey other) {
        Set<String> names = new LinkedHashSet<>(inputs.keySet());
        names.addAll(other.inputs.keySet());
        List<String> different = new ArrayList<>();
        for (String name : names) {
            if (!Objects.equals(inputs.get(name), other.inputs.get(name))) {
                different.add(name);
            }
        }
        if (block != other.block) {
            different.add("--block");
        }
        return different;
    }
}
