/**
 * What image files say of themselves before their pixels are decoded: the format, the size, the orientation, and the parts
 * that a decoder needs.
 *
 * <p>{@link org.finetune.data.decode.format.ImageHeader} reads a file of any {@link org.finetune.data.decode.format.ImageFormat}; the
 * {@code Structure} classes know the formats and refuse files that are cut off or contradict themselves. Where a file ends before
 * what they read, they fail with an {@link java.lang.IndexOutOfBoundsException}, of which the header makes a refusal. Nothing here
 * decodes.
 */
package org.finetune.data.decode.format;
