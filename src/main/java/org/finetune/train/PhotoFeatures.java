package org.finetune.train;

import java.util.Arrays;
import org.finetune.backend.HostMemory;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.FeatureRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pooled features of photos, a row each: those of the photos themselves, or the mean of those of their views. */
final class PhotoFeatures implements FeatureRows {
    private final ActivationCache photos;
    private final int features;
    private final int views;
    private final int[] groups;
    private final Interruption interruption;

    /**
     * The features of the photos themselves.
     *
     * @param features length of a row
     * @param groups a number for each photo, which those that belong together have in common
     */
    PhotoFeatures(ActivationCache photos, int features, int[] groups, Interruption interruption) {
        this(photos, features, 1, groups, interruption);
    }

    private PhotoFeatures(ActivationCache photos, int features, int views, int[] groups, Interruption interruption) {
        this.photos = photos;
        this.views = views;
        this.features = features;
        this.groups = groups;
        this.interruption = interruption;
    }

    /** The mean features of all views. */
    PhotoFeatures ofAllViews() {
        return new PhotoFeatures(photos, features, photos.views(), groups, interruption);
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
        read(rows, 0, batch);
        if (views == 1) {
            return;
        }
        float[] sums = new float[rows.length * features];
        HostMemory.read(batch, sums);
        float[] values = new float[sums.length];
        for (int view = 1; view < views; view++) {
            read(rows, view, batch);
            HostMemory.read(batch, values);
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values[i];
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= views;
        }
        HostMemory.write(batch, sums);
    }

    private void read(int[] rows, int view, INDArray batch) {
        interruption.check();
        int[] records =
                Arrays.stream(rows).map(row -> row * photos.views() + view).toArray();
        photos.read(Architecture.POOLING, records, batch);
    }
}
