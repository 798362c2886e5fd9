package org.finetune.train;

import org.finetune.model.Architecture;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.FeatureRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pooled features of all views of the training photos. All views of photos that belong together are a group. */
final class HeadFeatures implements FeatureRows {
    private final ActivationCache images;
    private final int features;
    private final int[] groups;
    private final Runnable check;

    /**
     * Takes the features.
     *
     * @param groups a number for each photo, which those that belong together have in common
     * @param check called before rows are read; ends the solving by throwing
     */
    HeadFeatures(ActivationCache images, int features, int[] groups, Runnable check) {
        this.images = images;
        this.features = features;
        this.groups = groups;
        this.check = check;
    }

    @Override
    public int count() {
        return Math.multiplyExact(groups.length, images.views());
    }

    @Override
    public int features() {
        return features;
    }

    @Override
    public int label(int row) {
        return images.samples().get(row / images.views()).label();
    }

    @Override
    public int group(int row) {
        return groups[row / images.views()];
    }

    @Override
    public void read(int[] rows, INDArray batch) {
        check.run();
        images.read(Architecture.POOLING, rows, batch);
    }

    @Override
    public void readAhead(int[] rows) {
        check.run();
        images.readAhead(Architecture.POOLING, rows);
    }
}
