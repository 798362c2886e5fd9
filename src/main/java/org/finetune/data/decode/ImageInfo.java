package org.finetune.data.decode;

/**
 * What is known of an image that was decoded.
 *
 * @param format its format, such as "JPEG"
 * @param width width in pixels, upright
 * @param height height in pixels, upright
 * @param pages number of images in its file that are pages of a document, of which it is the first
 * @param hash what it looks like, or null, as in JSON, if it is too plain to tell
 */
public record ImageInfo(String format, int width, int height, int pages, PerceptualHash hash) {}
