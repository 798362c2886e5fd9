package org.finetune.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.finetune.config.TrainSettings;
import org.finetune.data.BadImage;
import org.finetune.data.BadImagePolicy;
import org.finetune.data.Dataset;
import org.finetune.data.ImageTraits;
import org.finetune.data.LabeledImage;
import org.finetune.data.hygiene.CheckedImage;
import org.finetune.data.hygiene.DataCheck;
import org.finetune.data.hygiene.DataReport;
import org.finetune.data.hygiene.ImageSurvey;
import org.finetune.data.hygiene.Side;
import org.finetune.train.cache.ActivationCache.Sample;
import org.finetune.train.cache.TraitsFile;

/**
 * Checks the images of a run by what was found out while they were decoded for the frozen part of the network, so that it
 * costs next to nothing. What an earlier run has decoded is described in a file beside the kept activations.
 */
final class RunDataCheck {
    private final TrainSettings settings;
    private final Dataset data;
    private final FeatureCaches features;

    RunDataCheck(TrainSettings settings, Dataset data, FeatureCaches features) {
        this.settings = settings;
        this.data = data;
        this.features = features;
    }

    /**
     * Makes the report.
     *
     * @param bad all files that cannot be used
     */
    DataReport report(List<BadImage> bad) {
        Map<String, ImageTraits> traits = traits();
        List<CheckedImage> images = Stream.concat(
                        checked(data.train(), features.train().samples(), Side.TRAIN, traits),
                        checked(data.validation(), features.validation().samples(), Side.VALIDATION, traits))
                .toList();
        BadImagePolicy policy = new BadImagePolicy(settings.strict(), settings.maxBadFraction());
        return new DataCheck(data.classes(), policy, settings.size()).report(images, bad, data.warnings());
    }

    private static Stream<CheckedImage> checked(
            List<LabeledImage> images, List<Sample> samples, Side side, Map<String, ImageTraits> traits) {
        return samples.stream()
                .map(sample -> new CheckedImage(
                        images.get(sample.image()).path().toString(),
                        sample.label(),
                        side,
                        sample.sha256(),
                        traits.get(sample.sha256())));
    }

    private Map<String, ImageTraits> traits() {
        if (settings.cache() == null) {
            return withMissing(features.traits());
        }
        List<String> contents = Stream.concat(
                        features.train().samples().stream(), features.validation().samples().stream())
                .map(Sample::sha256)
                .toList();
        TraitsFile file = new TraitsFile(settings.cache(), settings.size(), contents);
        Map<String, ImageTraits> kept = file.read();
        Map<String, ImageTraits> all = new HashMap<>(kept);
        all.putAll(features.traits());
        all = withMissing(all);
        if (!all.equals(kept)) {
            file.write(all);
        }
        return all;
    }

    /** Adds the descriptions of images that this run has not decoded and that no earlier run has left. */
    private Map<String, ImageTraits> withMissing(Map<String, ImageTraits> known) {
        List<LabeledImage> train = missing(data.train(), features.train().samples(), known);
        List<LabeledImage> validation =
                missing(data.validation(), features.validation().samples(), known);
        if (train.isEmpty() && validation.isEmpty()) {
            return known;
        }
        Map<String, ImageTraits> all = new HashMap<>(known);
        // At the size of the run, as it would have described them itself.
        ImageSurvey.of(train, validation, settings.size(), settings.maxPixels(), settings.threadCount(), done -> {})
                .images()
                .forEach(image -> all.put(image.sha256(), image.traits()));
        return all;
    }

    private static List<LabeledImage> missing(
            List<LabeledImage> images, List<Sample> samples, Map<String, ImageTraits> known) {
        List<LabeledImage> missing = new ArrayList<>();
        for (Sample sample : samples) {
            if (!known.containsKey(sample.sha256())) {
                missing.add(images.get(sample.image()));
            }
        }
        return missing;
    }
}
