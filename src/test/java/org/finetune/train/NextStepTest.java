package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.finetune.metrics.ClassMetrics;
import org.finetune.metrics.ClassificationMetrics;
import org.finetune.metrics.ConfusionMatrix;
import org.finetune.metrics.LabeledPrediction;
import org.finetune.metrics.WilsonInterval;
import org.finetune.settings.Setting;
import org.finetune.settings.SettingValues;
import org.finetune.settings.SettingsLoader;
import org.finetune.settings.TrainSettings.ClassWeighting;
import org.finetune.train.advice.FeatureStudy;
import org.finetune.train.advice.LearningCurve;
import org.finetune.train.advice.PopulationShift;
import org.junit.jupiter.api.Test;

/** What a run suggests, of two classes with 100 validation photos. */
class NextStepTest {
    private static final double[] FALLING = {0.6, 0.5, 0.45, 0.4, 0.36, 0.33};
    private static final double[] RISING = {0.3, 0.35, 0.4};
    private static final int PHOTOS = 100;

    private final SettingValues values = SettingsLoader.ofInstallation().load(null, new SettingValues());
    private int[] trained = {100, 100};
    private ClassificationMetrics kept = metrics(50, 50, 50, 50);
    private List<LabeledPrediction> head = predictions(80, 0);
    private List<LabeledPrediction> fineTuned = predictions(80, 0);
    private FeatureStudy.Result study = FeatureStudy.Result.NONE;

    /** Metrics of two classes: photos and right answers of each. */
    private static ClassificationMetrics metrics(int photosA, int rightA, int photosB, int rightB) {
        List<ClassMetrics> rows = List.of(metrics("a", photosA, rightA), metrics("b", photosB, rightB));
        return new ClassificationMetrics(
                photosA + photosB,
                0.5,
                (rightA + rightB) / (double) (photosA + photosB),
                1,
                1,
                rows,
                ConfusionMatrix.of(new long[][] {{rightA, photosA - rightA}, {photosB - rightB, rightB}}));
    }

    private static ClassMetrics metrics(String name, int photos, int right) {
        return new ClassMetrics(name, 1, right / (double) photos, 1, photos);
    }

    /** Predictions of which some are right, from one on. */
    private static List<LabeledPrediction> predictions(int right, int from) {
        return IntStream.range(0, PHOTOS)
                .mapToObj(photo -> new LabeledPrediction(
                        "photo" + photo, "", photo >= from && photo < from + right ? 0 : 1, new float[] {0.8f, 0.2f}))
                .toList();
    }

    private static FeatureStudy.Result curve(double gainOfTwice, int neediest, double neediestGain) {
        OptionalDouble gain = gainOfTwice > 0 ? OptionalDouble.of(gainOfTwice) : OptionalDouble.empty();
        LearningCurve curve = new LearningCurve(200, List.of(), gain, neediest, neediestGain);
        return new FeatureStudy.Result(Optional.of(curve), Optional.empty());
    }

    private Optional<String> step(double trainLoss, double... valLosses) {
        List<EpochResult> history = new ArrayList<>();
        history.add(new EpochResult(Phase.HEAD, 1, 0, 0.6, 0.8, 0.7, 0.8, 1, true));
        for (int i = 0; i < valLosses.length; i++) {
            history.add(new EpochResult(Phase.FINE_TUNE, i + 1, 1e-4, trainLoss, 0.8, valLosses[i], 0.8, 1, true));
        }
        return new NextStep(
                        Path.of("my runs/x"),
                        values.toTrainSettings(),
                        List.of("a", "b"),
                        trained,
                        head,
                        fineTuned,
                        kept,
                        new ModelChoice(Phase.FINE_TUNE, ""),
                        history,
                        study)
                .sentence();
    }

    /** The suggestion of a run that would not gain from longer training. */
    private Optional<String> step() {
        return step(0.1, RISING);
    }

    @Test
    void modelWhoseLastEpochWasTheBestIsTrainedOn() {
        String sentence = step(0.5, FALLING).orElseThrow();
        assertTrue(
                sentence.startsWith(
                        "Continue training with 'finetune train --from 'my runs/x' --config 'my runs/x/config.yaml'':"),
                sentence);
        assertTrue(sentence.contains("the last epoch was the best"), sentence);
    }

    @Test
    void withFoldsTheTrainingIsRepeated() {
        values.put(Setting.FOLDS, Optional.of(5));
        String sentence = step(0.5, FALLING).orElseThrow();
        assertTrue(sentence.startsWith("--epochs 12:"), sentence);
    }

    @Test
    void nothingIsSaidWhereLongerTrainingWouldNotHelp() {
        assertEquals(Optional.empty(), step(0.1, FALLING), "The training photos are known by heart");
        assertEquals(Optional.empty(), step(0.5, 0.6, 0.5, 0.3, 0.45, 0.4, 0.36), "An earlier epoch was better");
        assertEquals(Optional.empty(), step(0.5, 0.6, 0.5, 0.45, 0.4, 0.396, 0.395), "Little is left");
    }

    @Test
    void rareClassesThatAreMissedAreGivenWeight() {
        trained = new int[] {1000, 100};
        kept = metrics(80, 76, 20, 8);
        assertEquals(
                Optional.of("--class-weights auto: accuracy is 40.0% on rare classes, such as 'b', but 84.0% overall."),
                step());
        values.put(Setting.CLASS_WEIGHTS, ClassWeighting.AUTO);
        assertEquals(Optional.empty(), step(), "They have weight");
        values.put(Setting.CLASS_WEIGHTS, ClassWeighting.NONE);
        kept = metrics(80, 76, 20, 17);
        assertEquals(Optional.empty(), step(), "They are not clearly worse");
        trained = new int[] {400, 100};
        kept = metrics(80, 76, 20, 8);
        assertEquals(Optional.empty(), step(), "They are not rare");
    }

    @Test
    void classThatGainsMostByPhotosIsNamed() {
        study = curve(0.01, 1, 0.083);
        assertEquals(
                Optional.of(
                        "More photos of 'b': its recall rose by 8.3 points when their number was doubled on the way to"
                                + " the present 100."),
                step());
    }

    @Test
    void fewLayersThatBroughtMuchAreFollowedByMore() {
        fineTuned = predictions(90, 0);
        assertEquals(
                Optional.of(
                        "--unfreeze 60: fine-tuning the last 20 layers gained 10.0 points over the head alone (p = 0.002)."),
                step());
        fineTuned = predictions(84, 0);
        assertEquals(Optional.empty(), step(), "4 photos of 4 may be chance");
        fineTuned = predictions(90, 10);
        head = predictions(88, 0);
        assertEquals(Optional.empty(), step(), "12 photos against 10 are chance");
        head = predictions(80, 0);
        fineTuned = predictions(90, 0);
        values.parse(Setting.UNFREEZE, "60", Path.of(""));
        assertEquals(Optional.empty(), step(), "They are many already");
    }

    @Test
    void gainOfTwiceThePhotosIsToldUnlessTheModelIsPastIt() {
        study = curve(0.0152, -1, 0);
        kept = metrics(50, 45, 50, 45);
        assertEquals(Optional.of("More photos: twice as many would gain about 1.5 points."), step());
        kept = metrics(50, 50, 50, 49);
        assertEquals(Optional.empty(), step());
    }

    @Test
    void hardSetComesBeforeAllElse() {
        PopulationShift shift =
                new PopulationShift(0.92, new WilsonInterval(0.9, 0.94), 0.58, new WilsonInterval(0.5, 0.66));
        study = new FeatureStudy.Result(curve(0.02, 1, 0.1).curve(), Optional.of(shift));
        assertEquals(Optional.of(shift.remedy()), step(0.5, FALLING));
        assertTrue(shift.remedy().contains("--group-by"), shift.remedy());
        assertEquals(
                "The validation photos are harder than the training photos: heads trained on two thirds of the training"
                        + " photos get 92.0% (90.0% to 94.0%) of the other third right, but only 58.0% (50.0% to 66.0%)"
                        + " of the validation photos. The validation photos probably come from other patients, tiles,"
                        + " cameras or places.",
                shift.finding());
    }
}
