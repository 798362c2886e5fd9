package org.finetune.data;

import java.util.Optional;

/**
 * A photo whose class is stated beside it, such as in a manifest.
 *
 * @param photo the photo
 * @param label name of its class; nothing for a photo that is only to be predicted
 * @param part the part of the split that it belongs to, where the source is split
 */
public record ListedPhoto(Photo photo, Optional<String> label, Optional<SplitPart> part) {}
