package org.finetune.train.features;

import java.nio.file.Path;
import java.util.List;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;

/**
 * Images to run through the frozen part of the network.
 *
 * @param name what the user calls them, such as "training"
 * @param images the images
 * @param augmentation the views that are wanted of each
 */
public record PhotoSet(String name, List<LabeledPhoto> images, Augmentation augmentation) {

    List<Path> paths() {
        return images.stream().map(LabeledPhoto::path).toList();
    }

    int label(int image) {
        return images.get(image).label();
    }

    /** Number of records that all of the images take. */
    public long records() {
        return (long) images.size() * augmentation.views();
    }
}
