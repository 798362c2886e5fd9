package org.finetune.data.quality;

/**
 * How large the images are, in pixels as they are shown (upright).
 *
 * @param minWidth least width
 * @param medianWidth median of the widths
 * @param maxWidth greatest width
 * @param minHeight least height
 * @param medianHeight median of the heights
 * @param maxHeight greatest height
 * @param small number of images with a side shorter than half of the network's input
 */
public record ImageSizes(
        int minWidth, int medianWidth, int maxWidth, int minHeight, int medianHeight, int maxHeight, int small) {}
