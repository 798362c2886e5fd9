package org.finetune.data.quality;

/**
 * Number of usable images of a class.
 *
 * @param name the class
 * @param train training images
 * @param validation validation images
 */
public record ClassCount(String name, int train, int validation) {}
