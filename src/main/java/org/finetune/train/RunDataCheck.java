package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.quality.CheckedPhoto;
import org.finetune.data.quality.DataCheck;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.ImageSurvey;
import org.finetune.data.quality.Split;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.features.ActivationCache.Sample;
import org.finetune.train.features.ImageInfoFile;

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
    DataReport report(List<BadPhoto> bad) {
        Map<String, ImageInfo> traits = traits();
        List<CheckedPhoto> images = Stream.concat(
                        checked(data.train(), features.train().samples(), Split.TRAIN, traits),
                        checked(data.validation(), features.validation().samples(), Split.VALIDATION, traits))
                .toList();
        BadPhotoPolicy policy =
                new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION));
        return new DataCheck(data.classes(), policy, settings.get(Setting.SIZE)).report(images, bad, data.warnings());
    }

    private static Stream<CheckedPhoto> checked(
            List<LabeledPhoto> images, List<Sample> samples, Split side, Map<String, ImageInfo> traits) {
        return samples.stream()
                .map(sample -> new CheckedPhoto(
                        images.get(sample.image()).path().toString(),
                        sample.label(),
                        side,
                        sample.sha256(),
                        traits.get(sample.sha256())));
    }

    private Map<String, ImageInfo> traits() {
        Optional<Path> cache = settings.get(Setting.CACHE);
        if (cache.isEmpty()) {
            return withMissing(features.traits());
        }
        List<String> contents = Stream.concat(
                        features.train().samples().stream(), features.validation().samples().stream())
                .map(Sample::sha256)
                .toList();
        ImageInfoFile file = new ImageInfoFile(cache.get(), settings.get(Setting.SIZE), contents);
        Map<String, ImageInfo> kept = file.read();
        Map<String, ImageInfo> all = new HashMap<>(kept);
        all.putAll(features.traits());
        all = withMissing(all);
        if (!all.equals(kept)) {
            file.write(all);
        }
        return all;
    }

    /** Adds the descriptions of images that this run has not decoded and that no earlier run has left. */
    private Map<String, ImageInfo> withMissing(Map<String, ImageInfo> known) {
        List<LabeledPhoto> train = missing(data.train(), features.train().samples(), known);
        List<LabeledPhoto> validation =
                missing(data.validation(), features.validation().samples(), known);
        if (train.isEmpty() && validation.isEmpty()) {
            return known;
        }
        Map<String, ImageInfo> all = new HashMap<>(known);
        // At the size of the run, as it would have described them itself.
        ImageSurvey.of(
                        train,
                        validation,
                        settings.get(Setting.SIZE),
                        settings.get(Setting.MAX_PIXELS),
                        settings.threadCount(),
                        done -> {})
                .images()
                .forEach(image -> all.put(image.sha256(), image.traits()));
        return all;
    }

    private static List<LabeledPhoto> missing(
            List<LabeledPhoto> images, List<Sample> samples, Map<String, ImageInfo> known) {
        List<LabeledPhoto> missing = new ArrayList<>();
        for (Sample sample : samples) {
            if (!known.containsKey(sample.sha256())) {
                missing.add(images.get(sample.image()));
            }
        }
        return missing;
    }
}
