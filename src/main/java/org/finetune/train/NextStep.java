package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;
import org.finetune.ShellWord;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.WilsonInterval;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.settings.TrainSettings.ClassWeighting;
import org.finetune.train.advice.FeatureStudy;

/**
 * What to try next for a better model, where the run has evidence for it: one sentence at most.
 *
 * @param directory that of the run
 * @param settings those of the run
 * @param classes names of the classes by label
 * @param trained number of training photos of each class
 * @param head what the head alone says about the photos that it was validated with
 * @param fineTuned the same after phase 2; empty if there was none
 * @param kept metrics of the model that is kept
 * @param choice which of the two that is
 * @param history the epochs of both phases
 * @param study what heads on parts of the photos have shown
 */
record NextStep(
        Path directory,
        TrainSettings settings,
        List<String> classes,
        int[] trained,
        List<LabeledPrediction> head,
        List<LabeledPrediction> fineTuned,
        ClassificationMetrics kept,
        ModelChoice choice,
        List<EpochResult> history,
        FeatureStudy.Result study) {
    /** How many times the photos of a rare class the largest class has. */
    private static final int RARE = 5;
    /** Share by which the validation loss still falls over the last third of the epochs where more of them help. */
    private static final double STILL_FALLING = 0.03;

    private static final double LEAST_GAIN = 0.02;
    private static final double SIGNIFICANCE = 0.05;

    /** The sentence, of the first of the steps for which there is evidence. */
    Optional<String> sentence() {
        return Stream.<Supplier<Optional<String>>>of(
                        this::otherPhotos,
                        this::classWeights,
                        this::photosOfAClass,
                        this::longer,
                        this::moreLayers,
                        this::morePhotos)
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> otherPhotos() {
        return study.shift().map(shift -> shift.remedy());
    }

    /** Rare classes are found clearly less often than all are. */
    private Optional<String> classWeights() {
        int largest = Arrays.stream(trained).max().orElse(0);
        List<ClassMetrics> rare = new ArrayList<>();
        for (int label = 0; label < trained.length; label++) {
            if (trained[label] * RARE < largest) {
                rare.add(kept.classes().get(label));
            }
        }
        long photos = rare.stream().mapToLong(ClassMetrics::support).sum();
        long found = rare.stream()
                .mapToLong(row -> Math.round(row.recall() * row.support()))
                .sum();
        if (settings.get(Setting.CLASS_WEIGHTS) != ClassWeighting.NONE
                || photos == 0
                || WilsonInterval.of(found, photos).high() >= kept.interval().low()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "--class-weights auto: accuracy is %2$.1f%% on rare classes, such as '%1$s', but %3$.1f%% overall.",
                rare.get(0).name(),
                100.0 * found / photos,
                100 * kept.top1()));
    }

    private Optional<String> photosOfAClass() {
        return study.curve()
                .filter(curve -> curve.neediest() >= 0)
                .map(curve -> String.format(
                        Locale.ROOT,
                        "More photos of '%s': its recall rose by %.1f points when their number was doubled on the way to"
                                + " the present %d.",
                        classes.get(curve.neediest()),
                        100 * curve.neediestGain(),
                        trained[curve.neediest()]));
    }

    /** The validation loss falls to the end, and the model does not know the training photos by heart. */
    private Optional<String> longer() {
        List<EpochResult> epochs = history.stream()
                .filter(epoch -> epoch.phase().equals(choice.kept()))
                .toList();
        if (choice.kept().isHead() || epochs.size() < 3) {
            return Optional.empty();
        }
        EpochResult last = epochs.get(epochs.size() - 1);
        EpochResult earlier = epochs.get(epochs.size() - 1 - epochs.size() / 3);
        boolean best = epochs.stream().allMatch(epoch -> epoch.valLoss() >= last.valLoss());
        if (!best || last.valLoss() > (1 - STILL_FALLING) * earlier.valLoss() || last.trainLoss() < last.valLoss()) {
            return Optional.empty();
        }
        // With folds all photos were trained on, and none are left to validate a longer training with.
        String how = settings.get(Setting.FOLDS).isPresent()
                ? "--epochs " + 2 * epochs.size()
                : "Continue training with 'finetune train --from " + ShellWord.of(directory) + " --config "
                        + ShellWord.of(directory.resolve("config.yaml")) + "'";
        return Optional.of(String.format(
                Locale.ROOT,
                "%s: the last epoch was the best. Validation loss was still falling, from epoch %d (%.3f) to the last (%.3f),"
                        + " and is not higher than training loss.",
                how,
                earlier.epoch(),
                earlier.valLoss(),
                last.valLoss()));
    }

    /** Fine-tuning few layers has brought something beyond chance, by the exact test of the photos that one model has right. */
    private Optional<String> moreLayers() {
        List<Integer> stages = settings.get(Setting.UNFREEZE).stages();
        int layers = stages.get(stages.size() - 1);
        if (choice.kept().isHead() || layers > RecipePlan.FEW_LAYERS) {
            return Optional.empty();
        }
        int gained = differing(fineTuned, head);
        int lost = differing(head, fineTuned);
        if (gained - lost < LEAST_GAIN * head.size() || gained + lost == 0) {
            return Optional.empty();
        }
        double p = new BinomialTest().binomialTest(gained + lost, gained, 0.5, AlternativeHypothesis.TWO_SIDED);
        if (p >= SIGNIFICANCE) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "--unfreeze 60: fine-tuning the last %d layers gained %.1f points over the head alone (p = %.3f).",
                layers,
                100.0 * (gained - lost) / head.size(),
                p));
    }

    /** Number of photos that the one is right about and the other is not. */
    private static int differing(List<LabeledPrediction> right, List<LabeledPrediction> wrong) {
        return Math.toIntExact(IntStream.range(0, right.size())
                .filter(i -> right.get(i).correct() && !wrong.get(i).correct())
                .count());
    }

    private Optional<String> morePhotos() {
        return study.curve()
                .filter(curve -> curve.gainOfTwice().isPresent())
                .map(curve -> curve.gainOfTwice().getAsDouble())
                // The curve is that of heads; a model that has left it behind has less to gain.
                .filter(gain -> kept.top1() + gain <= 1)
                .map(gain -> String.format(
                        Locale.ROOT, "More photos: twice as many would gain about %.1f points.", 100 * gain));
    }
}
