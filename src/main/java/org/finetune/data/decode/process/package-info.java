/**
 * The native decoders, which run in a process of their own, so that a fault in them costs one photo and not the run.
 *
 * <p>{@link org.finetune.data.decode.process.NativeDecoder} is what others use. {@code DecoderProcess} is the process as seen from
 * here, {@code DecoderMain} what runs in it, and {@code Slot} the memory that both share, in which files and pixels are passed.
 */
package org.finetune.data.decode.process;
