/**
 * From the content of an image file to the network's input.
 *
 * <p>{@link org.finetune.data.decode.ImageDecoder} decodes and resizes as {@link org.finetune.data.decode.Preprocessing}
 * specifies, the same way for training, evaluation and prediction.
 */
package org.finetune.data.decode;
