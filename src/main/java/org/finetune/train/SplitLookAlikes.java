package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.data.BadPhoto;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DuplicateGroup;
import org.finetune.data.quality.Split;
import org.finetune.train.features.ActivationCache.Sample;

/**
 * Keeps photos that look alike on one side of a split that was made before anybody looked at them. A model that knows
 * validation photos from training is measured too good. A group that has photos on both sides keeps those of one side, which
 * its contents choose as {@code --val-split} divides contents, and the others are left out. Photos that the user has divided
 * stay as they are, and so do those of a class of which nothing would be left to validate with.
 *
 * @param train numbers of the training samples that stay
 * @param validation numbers of the validation samples that stay
 * @param leftOut the photos of the others, with what each looks like
 */
record SplitLookAlikes(int[] train, int[] validation, List<BadPhoto> leftOut) {

    /**
     * Chooses sides.
     *
     * @param data the photos as they were divided
     * @param features the training and validation photos that can be used
     * @param report what was found out about the photos, among others which look alike
     * @param validationShare share of groups that keep their validation photos
     * @param warnings is notified of photos that stay on both sides
     */
    static SplitLookAlikes of(
            Dataset data,
            FeatureCaches features,
            DataReport report,
            double validationShare,
            Consumer<String> warnings) {
        List<Sample> train = features.train().samples();
        List<Sample> validation = features.validation().samples();
        Map<String, String> contents = new HashMap<>();
        train.forEach(sample -> contents.put(id(data.train(), sample), sample.sha256()));
        validation.forEach(sample -> contents.put(id(data.validation(), sample), sample.sha256()));
        Map<String, BadPhoto> leftOut = data.divided() ? leftOut(report, contents, validationShare) : Map.of();

        Set<Integer> trained = labels(train, data.train(), leftOut);
        Set<Integer> measured = labels(validation, data.validation(), leftOut);
        List<Integer> whole = validation.stream()
                .map(Sample::label)
                .distinct()
                .filter(label -> !measured.contains(label) || !trained.contains(label))
                .toList();
        if (!whole.isEmpty()) {
            warnings.accept("Photos of "
                    + whole.stream()
                            .map(label -> "'" + data.classes().get(label) + "'")
                            .collect(Collectors.joining(", "))
                    + " that look alike stay in training and validation because nothing else would be left for "
                    + "validation; validation accuracy overstates the model. Add photos that differ more.");
        }
        List<BadPhoto> unused = new ArrayList<>();
        return new SplitLookAlikes(
                kept(train, data.train(), leftOut, whole, unused),
                kept(validation, data.validation(), leftOut, whole, unused),
                unused);
    }

    private static String id(List<LabeledPhoto> photos, Sample sample) {
        return photos.get(sample.image()).photo().id();
    }

    /** The photos that groups on both sides lose, by their ids. */
    private static Map<String, BadPhoto> leftOut(
            DataReport report, Map<String, String> contents, double validationShare) {
        Map<String, BadPhoto> leftOut = new HashMap<>();
        for (DuplicateGroup group : report.duplicates()) {
            if (!group.acrossSplits()) {
                continue;
            }
            String least = group.images().stream()
                    .map(image -> contents.get(image.path()))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            boolean validates = Long.parseLong(least.substring(0, 8), 16) < validationShare * (1L << 32);
            Split side = validates ? Split.VALIDATION : Split.TRAIN;
            String other = group.images().stream()
                    .filter(image -> image.side() == side)
                    .findFirst()
                    .orElseThrow()
                    .path();
            String reason = "looks like the " + (validates ? "validation" : "training") + " photo '" + other + "'";
            group.images().stream()
                    .filter(image -> image.side() != side)
                    .forEach(image -> leftOut.put(image.path(), new BadPhoto(image.path(), reason)));
        }
        return leftOut;
    }

    /** The classes of the samples that are not left out. */
    private static Set<Integer> labels(List<Sample> samples, List<LabeledPhoto> photos, Map<String, BadPhoto> leftOut) {
        return samples.stream()
                .filter(sample -> !leftOut.containsKey(id(photos, sample)))
                .map(Sample::label)
                .collect(Collectors.toSet());
    }

    private static int[] kept(
            List<Sample> samples,
            List<LabeledPhoto> photos,
            Map<String, BadPhoto> leftOut,
            List<Integer> whole,
            List<BadPhoto> unused) {
        return IntStream.range(0, samples.size())
                .filter(i -> {
                    BadPhoto photo = leftOut.get(id(photos, samples.get(i)));
                    if (photo == null || whole.contains(samples.get(i).label())) {
                        return true;
                    }
                    unused.add(photo);
                    return false;
                })
                .toArray();
    }
}
