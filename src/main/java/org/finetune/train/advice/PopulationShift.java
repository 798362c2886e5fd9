package org.finetune.train.advice;

import java.util.Locale;
import java.util.Optional;
import org.finetune.metrics.WilsonInterval;

/**
 * Validation photos that are harder than the training photos, since they come from elsewhere: the very same heads are right about
 * clearly fewer of them than about training photos that they were not solved on.
 *
 * @param training share of held-out training photos that heads are right about
 * @param trainingInterval 95% interval of it
 * @param validation share of validation photos that the same heads are right about
 * @param validationInterval 95% interval of it
 */
public record PopulationShift(
        double training, WilsonInterval trainingInterval, double validation, WilsonInterval validationInterval) {
    /** Smaller differences are common, and change little about what to do. */
    private static final double LEAST_GAP = 0.1;
    /** Of fewer photos, those of a single shot may decide. */
    private static final int LEAST_PHOTOS = 20;

    /**
     * Compares.
     *
     * @param training the answers about training photos
     * @param validation the answers of the same heads about validation photos
     * @return the shift, if there are 20 validation photos, the intervals do not overlap, and more than 10 points lie between
     *     the shares
     */
    static Optional<PopulationShift> of(Answers training, Answers validation) {
        PopulationShift shift =
                new PopulationShift(training.mean(), interval(training), validation.mean(), interval(validation));
        boolean clear = validation.right().length >= LEAST_PHOTOS
                && shift.training - shift.validation > LEAST_GAP
                && shift.trainingInterval.low() > shift.validationInterval.high();
        return clear ? Optional.of(shift) : Optional.empty();
    }

    /** Several heads that are asked about the same photo do not make it several photos. */
    private static WilsonInterval interval(Answers answers) {
        int photos = answers.right().length;
        return WilsonInterval.of(photos == 0 ? 0 : Math.round(answers.mean() * photos), photos);
    }

    /** What was found and what is likely behind it. */
    public String finding() {
        return String.format(
                Locale.ROOT,
                "The validation photos are harder than the training photos: heads trained on two thirds of the "
                        + "training photos get %.1f%% (%s) of the other third right, but only %.1f%% (%s) of "
                        + "the validation photos. The validation photos probably come from other patients, "
                        + "tiles, cameras or places.",
                100 * training,
                trainingInterval,
                100 * validation,
                validationInterval);
    }

    /** What to do about it. */
    public String remedy() {
        return "Add training photos from more patients, tiles, cameras or places. For an honest estimate from "
                + "one folder, use --folds with --group-by and a pattern that identifies them.";
    }
}
