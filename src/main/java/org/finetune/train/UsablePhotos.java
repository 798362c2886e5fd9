package org.finetune.train;

import java.util.List;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadPhoto;
import org.finetune.data.BadPhotoCount;
import org.finetune.data.BadPhotoPolicy;
import org.finetune.data.Dataset;
import org.finetune.settings.Setting;

/** Which photos of a run cannot be used, and whether the others suffice to train. */
final class UsablePhotos {
    private final RunContext run;
    private final FeatureCaches features;

    UsablePhotos(RunContext run, FeatureCaches features) {
        this.run = run;
        this.features = features;
    }

    /** The photos that cannot be used, those included that were found to be bad before they were decoded. */
    List<BadPhoto> skipped() {
        return Stream.concat(run.data().bad().stream(), features.bad().stream()).toList();
    }

    /**
     * Checks that what could be decoded suffices to train.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if too many photos cannot be used, a class has no training
     *     photo, or there is no validation photo where one is needed
     */
    void requireEnough() {
        Dataset data = run.data();
        new BadPhotoPolicy(run.settings().get(Setting.STRICT), run.settings().get(Setting.MAX_BAD_FRACTION))
                .check(
                        BadPhotoCount.of(skipped()),
                        data.bad().size()
                                + data.train().size()
                                + data.validation().size());
        for (int label = 0; label < data.classes().size(); label++) {
            int wanted = label;
            if (features.train().samples().stream().noneMatch(sample -> sample.label() == wanted)) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "None of the training photos of the class '"
                                + data.classes().get(label) + "' is usable; add photos or remove its folder.");
            }
        }
        if (features.validation().samples().isEmpty()
                && run.settings().get(Setting.FOLDS).isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "None of the validation photos is usable; add photos, or run 'finetune check' on the folder "
                            + "to see what is wrong.");
        }
    }
}
