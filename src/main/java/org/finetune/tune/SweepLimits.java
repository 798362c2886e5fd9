package org.finetune.tune;

/**
 * When a sweep is to end although trials are left.
 *
 * @param trials most trials, or null for all
 * @param minutes minutes after which no trial begins, or null for none
 */
public record SweepLimits(Integer trials, Double minutes) {

    boolean reached(int trialsDone, double minutesPassed) {
        return (trials != null && trialsDone >= trials) || (minutes != null && minutesPassed >= minutes);
    }
}
