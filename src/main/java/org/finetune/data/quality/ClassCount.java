package org.finetune.data.quality;

/**
 * Number of usable photos of a class.
 *
 * @param name the class
 * @param train training photos
 * @param validation validation photos
 */
public record ClassCount(String name, int train, int validation) {}
