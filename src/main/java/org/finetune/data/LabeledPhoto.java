package org.finetune.data;

import java.nio.file.Path;

/**
 * An image file and its class.
 *
 * @param path the file
 * @param label index of the class in {@link Dataset#classes()}
 */
public record LabeledPhoto(Path path, int label) {}
