package org.finetune.train;

import java.util.Arrays;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.FeatureRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pooled features of the photos themselves, a row each, without their other views. */
final class PhotoFeatures implements FeatureRows {
    private final ActivationCache photos;
    private final int features;
    private final int[] groups;
    private final Interruption interruption;

    /**
     * The features of photos.
     *
     * @param features length of a row
     * @param groups a number for each photo, which those that belong together have in common
     */
    PhotoFeatures(ActivationCache photos, int features, int[] groups, Interruption interruption) {
        this.photos = photos;
        this.features = features;
        this.groups = groups;
        this.interruption = interruption;
    }

    @Override
    public int count() {
        return groups.length;
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public int label(int row) {
        return photos.samples().get(row).label();
    }

    @Override
    public int group(int row) {
        return groups[row];
    }

    @Override
    public void read(int[] rows, INDArray batch) {
        interruption.check();
        int[] records = Arrays.stream(rows).map(row -> row * photos.views()).toArray();
        photos.read(Architecture.POOLING, records, batch);
    }
}
