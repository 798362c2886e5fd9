package org.finetune.data;

/**
 * Where the time of an {@link ImagePipeline} went, in nanoseconds.
 *
 * @param read reading and hashing files, in all threads together
 * @param decode decoding them, in all threads together
 * @param resize making network input of decoded images, in all threads together
 * @param waitForBuffer waiting for a batch to be released, in all threads together
 * @param waitForBatch waiting of the pipeline's user for a batch
 */
public record PipelineTimes(long read, long decode, long resize, long waitForBuffer, long waitForBatch) {}
