package org.finetune.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.data.LabeledPhoto;
import org.finetune.data.PhotoGroups;
import org.finetune.data.quality.DataReport;
import org.finetune.data.quality.DuplicateGroup;
import org.finetune.data.source.PhotoSources;
import org.finetune.data.split.GroupPattern;
import org.finetune.data.split.JoinedItems;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;
import org.finetune.train.features.ActivationCache.Sample;

/**
 * Which photos must not be divided by cross-validation: copies, those that look alike, and those of a group of
 * {@code --group-by}.
 */
final class SampleGroups {
    private SampleGroups() {}

    /**
     * A number for each sample, which those that belong together have in common.
     *
     * @param photos the photos that the samples are of
     * @param report what was found out about the photos, among others which look alike
     */
    static int[] of(List<Sample> samples, List<LabeledPhoto> photos, DataReport report, TrainSettings settings) {
        JoinedItems joined = new JoinedItems(samples.size());
        joined.joinEqual(samples.stream().map(Sample::sha256).toList());
        settings.get(Setting.GROUP_BY).map(GroupPattern::of).ifPresent(pattern -> {
            PhotoGroups groups = PhotoGroups.of(pattern, PhotoSources.of(settings.get(Setting.DATA)), photos);
            joined.joinEqual(samples.stream()
                    .map(sample -> groups.names().get(sample.image()))
                    .toList());
        });
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            places.put(photos.get(samples.get(i).image()).photo().id(), i);
        }
        for (DuplicateGroup group : report.duplicates()) {
            List<Integer> alike = group.images().stream()
                    .map(image -> places.get(image.path()))
                    .filter(place -> place != null)
                    .toList();
            alike.forEach(place -> joined.join(alike.get(0), place));
        }
        return joined.groups();
    }
}
