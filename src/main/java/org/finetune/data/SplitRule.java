package org.finetune.data;

import java.util.Optional;
import org.finetune.data.split.GroupPattern;

/**
 * How photos that are not divided already are divided between training and validation. Copies of a photo always stay together.
 *
 * @param validationShare share of validation photos, in (0, 1)
 * @param groups what names groups of photos that stay together, if there are any
 * @param lookAlikes finds photos that look alike, which stay together too
 */
public record SplitRule(double validationShare, Optional<GroupPattern> groups, LookAlikes lookAlikes) {

    public SplitRule {
        if (!(validationShare > 0 && validationShare < 1)) {
            throw new IllegalArgumentException("validation share " + validationShare);
        }
    }

    /** By content alone, so that only copies stay together and no photo is decoded. */
    public static SplitRule byContent(double validationShare) {
        return new SplitRule(validationShare, Optional.empty(), LookAlikes.IGNORED);
    }
}
