package org.finetune.data.quality;

import org.finetune.data.decode.ImageInfo;

/**
 * A photo that can be used, and what is known of it.
 *
 * @param id what it is called
 * @param label index of its class
 * @param split what it is used for
 * @param sha256 SHA-256 of its content, in hexadecimal
 * @param info its description, or null if it was not decoded
 */
public record CheckedPhoto(String id, int label, Split split, String sha256, ImageInfo info) {}
