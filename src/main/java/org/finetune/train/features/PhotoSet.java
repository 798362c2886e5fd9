package org.finetune.train.features;

import java.util.List;
import org.finetune.data.Augmentation;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.Photo;
import org.finetune.model.KerasLayer;

/**
 * Photos to run through the frozen part of the network.
 *
 * @param name what the user calls them, such as "training"
 * @param labeled the photos and their classes
 * @param augmentation the views that are wanted of each
 */
public record PhotoSet(String name, List<LabeledPhoto> labeled, Augmentation augmentation) {

    List<Photo> photos() {
        return labeled.stream().map(LabeledPhoto::photo).toList();
    }

    int label(int photo) {
        return labeled.get(photo).label();
    }

    /** Number of records that all of the photos take. */
    public long records() {
        return (long) labeled.size() * augmentation.views();
    }

    /** Bytes that the activations of a layer take for all of the photos. */
    long bytes(KerasLayer layer) {
        return records() * layer.outputShape().length() * Float.BYTES;
    }
}
