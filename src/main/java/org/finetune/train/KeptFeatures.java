package org.finetune.train;

import java.util.stream.IntStream;
import org.finetune.engine.TailSettings;
import org.finetune.engine.TrainableTail;
import org.finetune.metrics.FeatureDistance;
import org.finetune.settings.Setting;
import org.finetune.train.features.ActivationCache;

/**
 * The pooled features that the kept model's network makes of the photos, from their kept activations: only the layers above
 * the cut are run. They are those that {@code predict} computes, to rounding.
 */
final class KeptFeatures {
    private final RunContext run;
    private final FeatureCaches features;

    /**
     * Prepares the pass.
     *
     * @param features the activations of all photos that can be used
     */
    KeptFeatures(RunContext run, FeatureCaches features) {
        this.run = run;
        this.features = features;
    }

    /** Is notified of the features of a photo. */
    @FunctionalInterface
    private interface Receiver {
        void accept(int label, float[] features);
    }

    /**
     * Learns what the training photos look like to the network, without augmentation, and how far from them validation
     * photos are; without validation photos there is no limit.
     *
     * @param kept the phase whose network is the model's
     */
    FeatureDistance distance(PhaseOutcome kept) {
        int batchSize = run.settings().get(Setting.BATCH_SIZE);
        TailSettings settings = new TailSettings(batchSize, 0, 0, 0);
        try (TrainableTail tail =
                run.network().engine().tail(kept.weights(), run.network().plan().boundary(kept.phase()), settings)) {
            FeatureDistance.Learner learner =
                    new FeatureDistance.Learner(run.data().classes().size());
            read(tail, features.train(), batchSize, learner::add);
            FeatureDistance unlimited = learner.distance();
            double[] distances = new double[features.validation().samples().size()];
            int[] next = {0};
            read(tail, features.validation(), batchSize, (label, photo) -> distances[next[0]++] = unlimited.of(photo));
            return distances.length == 0 ? unlimited : unlimited.withLimit(distances);
        }
    }

    /** Reads the features of the first view of each photo, which is the photo itself. */
    private void read(TrainableTail tail, ActivationCache photos, int batchSize, Receiver receiver) {
        int count = photos.samples().size();
        for (int from = 0; from < count; from += batchSize) {
            run.interruption().check();
            int images = Math.min(batchSize, count - from);
            int[] records = IntStream.range(from, from + images)
                    .map(sample -> sample * photos.views())
                    .toArray();
            tail.load(photos.of(tail.inputLayer()), records);
            float[] values = tail.features(images);
            int channels = values.length / images;
            int[] labels = photos.labels(records);
            for (int row = 0; row < images; row++) {
                float[] one = new float[channels];
                System.arraycopy(values, row * channels, one, 0, channels);
                receiver.accept(labels[row], one);
            }
        }
    }
}
