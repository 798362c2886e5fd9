/**
 * Images: finding them, splitting them, decoding them and augmenting them.
 *
 * <p>{@link org.finetune.data.ImageFolder} turns a directory into a {@link org.finetune.data.Dataset}.
 * {@link org.finetune.data.ImageDecoder} turns a file into network input as {@link org.finetune.data.Preprocessing}
 * says, the same way for training, evaluation and prediction. {@link org.finetune.data.ImagePipeline} does so for many
 * files in parallel, ahead of their use.
 */
package org.finetune.data;
