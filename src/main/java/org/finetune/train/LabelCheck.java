package org.finetune.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.engine.OpProfile;
import org.finetune.metrics.LabelErrors;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.model.Architecture;
import org.finetune.run.Interruption;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.features.ActivationCache.Sample;
import org.finetune.train.head.GroupedFolds;
import org.finetune.train.head.HeadPredictions;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.NeighborVotes;
import org.finetune.train.head.SelectedRows;
import org.finetune.train.head.SolvedHead;
import org.finetune.weights.ResolvedWeights;
import org.finetune.weights.WeightsResolver;

/**
 * Looks for photos with wrong labels: runs the frozen network over all photos once and predicts each from others, as the mean of
 * a head solved on the other folds and of the nearest neighbours, which err in different ways. Photos are ranked by the probability
 * of the given class, the self-confidence of Kuan and Mueller ("Model-agnostic label quality scoring to detect real-world label
 * errors", 2022). Copies, photos that look alike and those of a group do not predict each other, since a wrong label that is
 * there twice would confirm itself.
 */
public final class LabelCheck {
    private static final int FOLDS = 10;

    private final TrainSettings settings;
    private final Dataset data;
    private final WeightsResolver resolver;
    private final TrainingListener listener;
    private final Interruption interruption;

    /**
     * Prepares the check.
     *
     * @param settings those that the features depend on, and the seed
     * @param data the photos, of which both training and validation photos are checked
     * @param resolver finds the pretrained weights
     * @param interruption ends the check early
     */
    public LabelCheck(
            TrainSettings settings,
            Dataset data,
            WeightsResolver resolver,
            TrainingListener listener,
            Interruption interruption) {
        this.settings = settings;
        this.data =
                new Dataset(data.classes(), data.all(), List.of(), false, data.counts(), data.bad(), data.warnings());
        this.resolver = resolver;
        this.listener = listener;
        this.interruption = interruption;
    }

    /**
     * Looks for wrong labels.
     *
     * @param report what is known about the photos, among others which look alike
     * @throws org.finetune.FinetuneException if the photos or the weights cannot be used
     */
    public LabelErrors run(DataReport report) {
        Architecture architecture = Architecture.of(settings.get(Setting.ALPHA), settings.get(Setting.SIZE));
        ResolvedWeights weights = resolver.resolve(architecture);
        RunHeader.weights(weights, listener);
        RunNetwork network = RunNetwork.of(
                settings, architecture, data.classes(), weights.weights(), Optional.empty(), OpProfile.NONE);
        try (TemporaryDirectory directory = TemporaryDirectory.create();
                SharedWork shared = new SharedWork(directory.path(), data, List.of(settings))) {
            RunContext run = new RunContext(settings, network, data, shared, listener, interruption, TimeLimit.NONE);
            FeatureCaches features = new FeatureExtraction(run).run();
            return LabelErrors.of(
                    predictions(features, architecture, report), data.classes().size());
        }
    }

    /** Predictions of all photos of classes that could be learned without their fold. */
    private List<LabeledPrediction> predictions(FeatureCaches features, Architecture architecture, DataReport report) {
        List<Sample> samples = features.train().samples();
        int views = features.train().views();
        int[] labels = samples.stream().mapToInt(Sample::label).toArray();
        int[] groups = SampleGroups.of(samples, data.train(), report, settings);
        HeadFeatures rows = new HeadFeatures(features.train(), architecture.features(), groups, interruption::check);
        int classes = data.classes().size();
        int[] folds = GroupedFolds.of(labels, groups, classes, FOLDS, settings.get(Setting.SEED));
        int count = Arrays.stream(folds).max().orElse(-1) + 1;
        List<float[]> votes = NeighborVotes.of(
                new PhotoFeatures(features.train(), architecture.features(), groups, interruption).ofAllViews(),
                classes);
        List<LabeledPrediction> predictions = new ArrayList<>(Collections.nCopies(samples.size(), null));
        listener.taskStarted("labels", samples.size());
        int done = 0;
        for (int fold = 0; fold < count && count > 1; fold++) {
            int number = fold;
            int[] held = places(samples.size(), i -> folds[i] == number);
            int[] training = places(samples.size(), i -> folds[i] != number);
            HeadSettings head = new HeadSettings(
                    classes,
                    0,
                    List.of(),
                    settings.get(Setting.SEED),
                    settings.threadCount(),
                    TrainingMemory.forActivations());
            int[] trainingRows = rows(training, views);
            SolvedHead solved = HeadSolver.of(head, trainingRows.length).solve(new SelectedRows(rows, trainingRows));
            List<float[]> probabilities = HeadPredictions.of(solved, new SelectedRows(rows, rows(held, views)));
            boolean[] learned = GroupedFolds.classesOutside(fold, folds, labels, classes);
            for (int i = 0; i < held.length; i++) {
                if (learned[labels[held[i]]]) {
                    List<float[]> all = new ArrayList<>(probabilities.subList(i * views, (i + 1) * views));
                    // The neighbours weigh as much as the head.
                    all.addAll(Collections.nCopies(views, votes.get(held[i])));
                    predictions.set(held[i], prediction(samples.get(held[i]), mean(all)));
                }
            }
            done += held.length;
            listener.taskProgress(done, () -> "");
        }
        listener.taskFinished();
        return predictions.stream().filter(Objects::nonNull).toList();
    }

    /** The rows of all views of some photos. */
    private static int[] rows(int[] photos, int views) {
        return IntStream.of(photos)
                .flatMap(sample -> IntStream.range(sample * views, (sample + 1) * views))
                .toArray();
    }

    private static float[] mean(List<float[]> probabilities) {
        float[] mean = new float[probabilities.get(0).length];
        for (int label = 0; label < mean.length; label++) {
            double sum = 0;
            for (float[] one : probabilities) {
                sum += one[label];
            }
            mean[label] = (float) (sum / probabilities.size());
        }
        return mean;
    }

    private static int[] places(int count, IntPredicate wanted) {
        return IntStream.range(0, count).filter(wanted).toArray();
    }

    private LabeledPrediction prediction(Sample sample, float[] probabilities) {
        LabeledPhoto photo = data.train().get(sample.image());
        return new LabeledPrediction(photo.photo().id(), sample.sha256(), sample.label(), probabilities);
    }
}
