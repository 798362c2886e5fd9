/**
 * Photos: finding them, splitting them, augmenting them and reading them ahead of their use.
 *
 * <p>{@link org.finetune.data.PhotoDirectory} turns a directory into a {@link org.finetune.data.Dataset}.
 * {@link org.finetune.data.ImagePipeline} decodes photos in parallel, in batches.
 */
package org.finetune.data;
