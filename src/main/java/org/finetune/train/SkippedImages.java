package org.finetune.train;

import java.util.ArrayList;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.BadImage;

/** The images that could not be used, and whether they are too many. */
final class SkippedImages {
    private final boolean strict;
    private final double maxFraction;
    private final TrainingListener listener;
    private final List<BadImage> images = new ArrayList<>();

    SkippedImages(boolean strict, double maxFraction, TrainingListener listener) {
        this.strict = strict;
        this.maxFraction = maxFraction;
        this.listener = listener;
    }

    /** Adds images, with a line for each. */
    void add(List<BadImage> bad) {
        bad.forEach(image -> listener.warning("skipped '" + image.path() + "': " + image.reason()));
        images.addAll(bad);
    }

    /**
     * Checks how many there are.
     *
     * @param tried number of images that were tried, the skipped ones included
     * @throws FinetuneException with {@link ExitCode#DATA} if they are too many
     */
    void check(long tried) {
        if (strict && !images.isEmpty()) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "The image '" + images.get(0).path() + "' cannot be used ("
                            + images.get(0).reason()
                            + "), and --strict allows none such; remove it or leave --strict out.");
        }
        if (images.size() > maxFraction * tried) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    images.size() + " of " + tried + " images cannot be used, such as '"
                            + images.get(0).path() + "' (" + images.get(0).reason()
                            + "); repair or remove them, or raise"
                            + " --max-bad-fraction above " + maxFraction + ".");
        }
    }

    List<BadImage> images() {
        return images;
    }
}
