package org.finetune.data;

/**
 * A photo and its class.
 *
 * @param photo the photo
 * @param label index of the class in {@link Dataset#classes()}
 */
public record LabeledPhoto(Photo photo, int label) {}
