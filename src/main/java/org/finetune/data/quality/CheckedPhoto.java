package org.finetune.data.quality;

import org.finetune.data.decode.ImageInfo;

/**
 * An image that can be used, and what is known of it.
 *
 * @param path the file
 * @param label index of its class
 * @param side what it is used for
 * @param sha256 SHA-256 of the file, in hexadecimal
 * @param traits its description, or null if it was not decoded
 */
public record CheckedPhoto(String path, int label, Split side, String sha256, ImageInfo traits) {}
