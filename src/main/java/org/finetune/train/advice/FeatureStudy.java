package org.finetune.train.advice;

import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.finetune.metrics.Argmax;
import org.finetune.train.head.FeatureRows;
import org.finetune.train.head.GroupedFolds;
import org.finetune.train.head.HeadPredictions;
import org.finetune.train.head.HeadSettings;
import org.finetune.train.head.HeadSolver;
import org.finetune.train.head.SelectedRows;
import org.finetune.train.head.SolvedHead;

/**
 * Solves heads on parts of the training photos, and asks them about the other training photos and the validation photos.
 * Three folds, each in two halves, are trained on singly, by folds and by pairs of folds. All that takes four passes over
 * the photos' features, and no forward pass.
 */
public final class FeatureStudy {
    private static final int FOLDS = 3;
    /** A penalty that is right for most sets; choosing one for each part would take most of the time. */
    private static final double LAMBDA = 0.01;

    private static final int LEAST_PHOTOS = 100;
    private static final int LEAST_OF_CLASS = 12;
    private static final int MOST_PHOTOS = 20_000;
    private static final int MOST_CLASSES = 200;

    private final HeadSettings settings;
    private final FeatureRows training;
    private final FeatureRows validation;
    private final int[] labels;
    private final int[] halves;
    private final Answers sixth;
    private final Answers third;
    private final Answers twoThirds;
    private final Answers validated;

    /**
     * What was learned.
     *
     * @param curve how accuracy grows with photos, if there are enough
     * @param shift that validation photos are harder, if they are
     */
    public record Result(Optional<LearningCurve> curve, Optional<PopulationShift> shift) {
        /** Nothing. */
        public static final Result NONE = new Result(Optional.empty(), Optional.empty());
    }

    /**
     * Prepares.
     *
     * @param training features of the training photos, one row each
     * @param validation features of the validation photos, perhaps none
     */
    private FeatureStudy(HeadSettings settings, FeatureRows training, FeatureRows validation) {
        this.settings = settings;
        this.training = training;
        this.validation = validation;
        this.labels = IntStream.range(0, training.count()).map(training::label).toArray();
        int[] groups = IntStream.range(0, training.count()).map(training::group).toArray();
        this.halves = GroupedFolds.of(labels, groups, settings.classes(), 2 * FOLDS, settings.seed());
        this.sixth = Answers.none(labels.length);
        this.third = Answers.none(labels.length);
        this.twoThirds = Answers.none(labels.length);
        this.validated = Answers.none(validation.count());
    }

    /**
     * Studies photos, if there are enough for it and not so many that it would take long.
     *
     * @param settings how heads are solved; the seed decides which photos are in which part
     * @param training features of the training photos, one row each
     * @param validation features of the validation photos, perhaps none
     */
    public static Result of(HeadSettings settings, FeatureRows training, FeatureRows validation) {
        int photos = training.count();
        if (photos < LEAST_PHOTOS || photos > MOST_PHOTOS || settings.classes() > MOST_CLASSES) {
            return Result.NONE;
        }
        FeatureStudy study = new FeatureStudy(settings, training, validation);
        return study.isDivided() ? study.run() : Result.NONE;
    }

    /** Whether each sixth has a fair share of the photos, which large groups may prevent. */
    private boolean isDivided() {
        int[] counts = new int[2 * FOLDS];
        IntStream.of(halves).forEach(half -> counts[half]++);
        return IntStream.of(counts).allMatch(count -> count * 3 * FOLDS >= labels.length);
    }

    private Result run() {
        for (int half = 0; half < 2 * FOLDS; half++) {
            int trained = half;
            ask(solve(photo -> halves[photo] == trained), photo -> halves[photo] / 2 != trained / 2, sixth);
        }
        for (int fold = 0; fold < FOLDS; fold++) {
            int number = fold;
            ask(solve(photo -> halves[photo] / 2 == number), photo -> halves[photo] / 2 != number, third);
            SolvedHead most = solve(photo -> halves[photo] / 2 != number);
            ask(most, photo -> halves[photo] / 2 == number, twoThirds);
            List<float[]> answers = HeadPredictions.of(most, validation);
            for (int photo = 0; photo < answers.size(); photo++) {
                validated.add(photo, Argmax.of(answers.get(photo)) == validation.label(photo));
            }
        }
        return new Result(
                hasEnoughOfEachClass()
                        ? Optional.of(LearningCurve.of(sixth, third, twoThirds, labels, settings.classes()))
                        : Optional.empty(),
                PopulationShift.of(twoThirds, validated));
    }

    private boolean hasEnoughOfEachClass() {
        int[] counts = new int[settings.classes()];
        IntStream.of(labels).forEach(label -> counts[label]++);
        return IntStream.of(counts).allMatch(count -> count >= LEAST_OF_CLASS);
    }

    private SolvedHead solve(IntPredicate trained) {
        return HeadSolver.withPenalty(settings, LAMBDA).solve(new SelectedRows(training, places(trained)));
    }

    private void ask(SolvedHead head, IntPredicate asked, Answers answers) {
        int[] places = places(asked);
        List<float[]> predictions = HeadPredictions.of(head, new SelectedRows(training, places));
        for (int i = 0; i < places.length; i++) {
            answers.add(places[i], Argmax.of(predictions.get(i)) == labels[places[i]]);
        }
    }

    private int[] places(IntPredicate wanted) {
        return IntStream.range(0, labels.length).filter(wanted).toArray();
    }
}
