package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.settings.Setting;
import org.finetune.settings.TrainSettings;

/**
 * Where the frozen part of the network ends in the stages of a run: first the head alone is trained, then, if the settings
 * ask for it, the last layers of the base with it.
 *
 * @param boundaries one for each stage, each deeper in the network than the one before
 */
public record FreezeSchedule(List<FreezeBoundary> boundaries) {

    public FreezeSchedule {
        boundaries = List.copyOf(boundaries);
    }

    /**
     * The schedule of a run with some settings.
     *
     * @throws FinetuneException with {@link ExitCode#USAGE} if more layers are to be trained than there are
     */
    public static FreezeSchedule of(TrainSettings run) {
        return of(run, Architecture.of(run.get(Setting.ALPHA), run.get(Setting.SIZE)));
    }

    /**
     * The same.
     *
     * @param architecture the network of these settings
     */
    static FreezeSchedule of(TrainSettings run, Architecture architecture) {
        List<FreezeBoundary> boundaries = new ArrayList<>();
        boundaries.add(FreezeBoundary.headOnly(architecture));
        requireLayers(run.get(Setting.UNFREEZE), architecture);
        FreezeBoundary fineTuned = new FreezeBoundary(architecture, run.get(Setting.UNFREEZE));
        if (run.get(Setting.EPOCHS) > 0 && fineTuned.trainsBase()) {
            boundaries.add(fineTuned);
        }
        return new FreezeSchedule(boundaries);
    }

    private static void requireLayers(int unfreeze, Architecture architecture) {
        int layers = architecture.base().size();
        if (unfreeze > layers && unfreeze != TrainSettings.UNFREEZE_ALL) {
            throw new FinetuneException(
                    ExitCode.USAGE,
                    "--unfreeze " + unfreeze + " is more than the " + layers + " layers of the network; all of them are"
                            + " trained with --unfreeze all.");
        }
    }

    /** Whether phase 2 is asked for, and has something to train. */
    public boolean hasFineTuning() {
        return boundaries.size() > 1;
    }

    /** What a phase trains; phase 2 only if there {@linkplain #hasFineTuning is one}. */
    FreezeBoundary boundary(Phase phase) {
        return boundaries.get(phase.ordinal());
    }
}
