package org.finetune.train;

import java.util.List;
import java.util.stream.Stream;
import org.finetune.data.BadPhoto;
import org.finetune.data.quality.DataReport;
import org.finetune.run.RunDirectory;
import org.finetune.settings.Setting;

/**
 * The photos when they were looked at.
 *
 * @param features the activations of those that are used
 * @param skipped those that cannot be used, or are left out
 * @param groups a number for each training photo that can be used, which those that belong together have in common
 * @param trained number of training photos of each class that can be used
 */
record ExaminedPhotos(FeatureCaches features, List<BadPhoto> skipped, int[] groups, int[] trained) {

    /**
     * Looks at the photos of a run now that they are decoded, tells its listener, and records in the run directory what is found.
     *
     * @param features of all photos that can be decoded
     * @param images the photos as the run directory has recorded them
     * @throws org.finetune.FinetuneException if too few photos can be used
     */
    static ExaminedPhotos of(
            RunContext run, FeatureCaches features, RunPhotos images, RunDirectory directory, RunFiles files) {
        UsablePhotos usable = new UsablePhotos(run, features);
        List<BadPhoto> skipped = usable.skipped();
        RunPhotos hashed = images.withHashes(features.hashes());
        hashed.write(directory.images());
        PhotoNotices.skipped(skipped, run.listener());
        usable.requireEnough();
        DataReport report = new TrainingDataCheck(run.settings(), run.data(), features).report(skipped);
        files.data(report);
        PhotoNotices.findings(report, run.listener());
        SplitLookAlikes alike = SplitLookAlikes.of(
                run.data(), features, report, run.settings().get(Setting.VAL_SPLIT), run.listener()::warning);
        hashed.without(run.data(), alike.leftOut()).write(directory.images());
        List<BadPhoto> unused =
                Stream.concat(skipped.stream(), alike.leftOut().stream()).toList();
        files.skipped(unused);
        FeatureCaches used = alike.leftOut().isEmpty() ? features : features.select(alike.train(), alike.validation());
        int[] groups = SampleGroups.of(used.train().samples(), run.data().train(), report, run.settings());
        int[] trained = new int[run.data().classes().size()];
        used.train().samples().forEach(sample -> trained[sample.label()]++);
        return new ExaminedPhotos(used, unused, groups, trained);
    }
}
