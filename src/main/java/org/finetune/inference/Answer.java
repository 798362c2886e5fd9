package org.finetune.inference;

import java.util.Locale;

/**
 * What is answered about a photo where a threshold is given.
 *
 * @param label name of the class, or {@link #UNKNOWN}
 * @param doubt why there is no class; {@link Doubt#NONE} if there is one
 */
public record Answer(String label, Doubt doubt) {
    /** The answer if no class can be named. */
    public static final String UNKNOWN = "unknown";

    /** Why no class is named. */
    public enum Doubt {
        /** A class is named. */
        NONE(""),
        /** The probability of the most probable class is below the threshold. */
        PROBABILITY(""),
        /** The photo is unlike those that the classifier was trained with. */
        UNLIKE_TRAINING("unlike the training photos");

        private final String remark;

        Doubt(String remark) {
            this.remark = remark;
        }

        /** What is to be said of it where the probability is seen anyway, or "". */
        public String remark() {
            return remark;
        }

        /** The name that scripts read; "" for {@link #NONE}. */
        @Override
        public String toString() {
            return this == NONE ? "" : name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The answer about a photo.
     *
     * @param label name of the most probable class
     * @param probability its probability
     * @param threshold lowest probability with which a class is named
     * @param unlike whether the photo is unlike those of the training
     */
    public static Answer of(String label, float probability, double threshold, boolean unlike) {
        if (unlike) {
            return new Answer(UNKNOWN, Doubt.UNLIKE_TRAINING);
        }
        return probability < threshold ? new Answer(UNKNOWN, Doubt.PROBABILITY) : new Answer(label, Doubt.NONE);
    }
}
