package org.finetune.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.model.Architecture;
import org.finetune.train.features.ActivationCache;
import org.finetune.train.head.FeatureRows;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pooled features of all views of the training photos. Views of a photo and of its copies are a group. */
final class HeadFeatures implements FeatureRows {
    private final ActivationCache images;
    private final int features;
    private final Runnable check;
    private final int[] groups;

    /**
     * Takes the features.
     *
     * @param check called before rows are read; ends the solving by throwing
     */
    HeadFeatures(ActivationCache images, int features, Runnable check) {
        this.images = images;
        this.features = features;
        this.check = check;
        List<ActivationCache.Sample> samples = images.samples();
        Map<String, Integer> firstOfContent = new HashMap<>();
        this.groups = new int[samples.size()];
        for (int sample = 0; sample < groups.length; sample++) {
            Integer first = firstOfContent.putIfAbsent(samples.get(sample).sha256(), sample);
            groups[sample] = first == null ? sample : first;
        }
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
