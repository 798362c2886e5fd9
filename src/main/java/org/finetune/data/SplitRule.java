package org.finetune.data;

import java.util.Optional;
import org.finetune.data.split.GroupPattern;

/**
 * How photos that are not divided already are divided between training and validation. Copies of a photo always stay together.
 * Which photos look alike is not known before they are decoded: see {@link Dataset#divided()}.
 *
 * @param validationShare share of validation photos, in (0, 1)
 * @param groups what names groups of photos that stay together, if there are any
 */
public record SplitRule(double validationShare, Optional<GroupPattern> groups) {

    public SplitRule {
        if (!(validationShare > 0 && validationShare < 1)) {
            throw new IllegalArgumentException("validation share " + validationShare);
        }
    }

    /** By content alone, so that only copies stay together. */
    public static SplitRule byContent(double validationShare) {
        return new SplitRule(validationShare, Optional.empty());
    }
}
