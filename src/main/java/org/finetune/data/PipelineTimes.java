package org.finetune.data;

/**
 * Where the time of an {@link ImagePipeline} went, in nanoseconds.
 *
 * @param read reading and hashing files, in all threads together
 * @param decode decoding them, in all threads together
 * @param resize making network input of decoded images, in all threads together
 * @param waitForBuffer waiting for a batch to be released, in all threads together
 * @param waitForBatch waiting for batches of those who use the pipeline, in all threads together
 */
public record PipelineTimes(long read, long decode, long resize, long waitForBuffer, long waitForBatch) {
    /** No time at all. */
    public static final PipelineTimes NONE = new PipelineTimes(0, 0, 0, 0, 0);

    /** The times of two pipelines that ran one after the other. */
    public PipelineTimes plus(PipelineTimes other) {
        return new PipelineTimes(
                read + other.read,
                decode + other.decode,
                resize + other.resize,
                waitForBuffer + other.waitForBuffer,
                waitForBatch + other.waitForBatch);
    }
}
