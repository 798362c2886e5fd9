package org.finetune.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.decode.ImageInfo;
import org.finetune.data.quality.CheckedPhoto;
import org.finetune.data.quality.DataCheck;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.PhotoCheck;
import org.finetune.data.quality.Split;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.features.ActivationCache.Sample;
import org.finetune.train.features.ImageInfoFile;

/**
 * Checks the photos of a run by what was found out while they were decoded for the frozen part of the network, so that it
 * costs next to nothing. What an earlier run has decoded is described in a file beside the kept activations.
 */
final class TrainingDataCheck {
    private final TrainSettings settings;
    private final Dataset data;
    private final FeatureCaches features;

    TrainingDataCheck(TrainSettings settings, Dataset data, FeatureCaches features) {
        this.settings = settings;
        this.data = data;
        this.features = features;
    }

    /**
     * Makes the report.
     *
     * @param bad all that cannot be used
     */
    DataReport report(List<BadPhoto> bad) {
        Map<String, ImageInfo> infos = infos();
        List<CheckedPhoto> photos = Stream.concat(
                        checked(data.train(), features.train().samples(), Split.TRAIN, infos),
                        checked(data.validation(), features.validation().samples(), Split.VALIDATION, infos))
                .toList();
        BadPhotoPolicy policy =
                new BadPhotoPolicy(settings.get(Setting.STRICT), settings.get(Setting.MAX_BAD_FRACTION));
        boolean weighted = settings.get(Setting.CLASS_WEIGHTS) != TrainSettings.ClassWeighting.NONE;
        return new DataCheck(
                        data.classes(),
                        policy,
                        settings.get(Setting.SIZE),
                        weighted,
                        settings.get(Setting.FOLDS).isPresent(),
                        data.divided())
                .report(photos, bad, data.warnings());
    }

    private static Stream<CheckedPhoto> checked(
            List<LabeledPhoto> photos, List<Sample> samples, Split split, Map<String, ImageInfo> infos) {
        return samples.stream()
                .map(sample -> new CheckedPhoto(
                        photos.get(sample.image()).photo().id(),
                        sample.label(),
                        split,
                        sample.sha256(),
                        Optional.ofNullable(infos.get(sample.sha256()))));
    }

    private Map<String, ImageInfo> infos() {
        Optional<Path> cache = settings.get(Setting.CACHE);
        if (cache.isEmpty()) {
            return withMissing(features.imageInfos());
        }
        List<String> contents = Stream.concat(
                        features.train().samples().stream(), features.validation().samples().stream())
                .map(Sample::sha256)
                .toList();
        ImageInfoFile file = new ImageInfoFile(cache.get(), settings.preprocessing(), contents);
        Map<String, ImageInfo> kept = file.read();
        Map<String, ImageInfo> all = new HashMap<>(kept);
        all.putAll(features.imageInfos());
        Set<String> unknown = new HashSet<>(contents);
        unknown.removeAll(all.keySet());
        all.putAll(file.readOthers(unknown));
        all = withMissing(all);
        if (!all.equals(kept)) {
            file.write(all);
        }
        return all;
    }

    /** Adds the descriptions of photos that this run has not decoded and that no earlier run has left. */
    private Map<String, ImageInfo> withMissing(Map<String, ImageInfo> known) {
        List<LabeledPhoto> train = missing(data.train(), features.train().samples(), known);
        List<LabeledPhoto> validation =
                missing(data.validation(), features.validation().samples(), known);
        if (train.isEmpty() && validation.isEmpty()) {
            return known;
        }
        Map<String, ImageInfo> all = new HashMap<>(known);
        // As the run would have described them itself.
        PhotoCheck.of(
                        train,
                        validation,
                        settings.preprocessing(),
                        settings.get(Setting.MAX_PIXELS),
                        settings.threadCount(),
                        done -> {})
                .checked()
                .forEach(photo -> all.put(photo.sha256(), photo.info().orElseThrow()));
        return all;
    }

    private static List<LabeledPhoto> missing(
            List<LabeledPhoto> photos, List<Sample> samples, Map<String, ImageInfo> known) {
        List<LabeledPhoto> missing = new ArrayList<>();
        for (Sample sample : samples) {
            if (!known.containsKey(sample.sha256())) {
                missing.add(photos.get(sample.image()));
            }
        }
        return missing;
    }
}
