package org.finetune.compare;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.ChiSquaredDistribution;

/**
 * Whether two classifiers err differently on the same photos (McNemar, "Note on the sampling error of the difference
 * between correlated proportions or percentages", Psychometrika 12, 1947). Only photos that exactly one of them has right
 * say anything; if there were no difference, each classifier would be right on half of these.
 *
 * @param onlyFirst number of photos that only the first has right
 * @param onlySecond number of photos that only the second has right
 */
public record McNemarTest(long onlyFirst, long onlySecond) {
    /** Below this number of photos the chi-squared distribution is too coarse. */
    private static final long EXACT_BELOW = 25;

    /** Whether the probability is exact, from the binomial distribution. */
    public boolean exact() {
        return discordant() < EXACT_BELOW;
    }

    private long discordant() {
        return onlyFirst + onlySecond;
    }

    /**
     * The probability of a difference at least as large in either direction, if there were none: of the binomial
     * distribution, or from 25 photos on of chi-squared with Edwards's correction for continuity (Edwards, "Note on the
     * 'correction for continuity' in testing the significance of the difference between correlated proportions",
     * Psychometrika 13, 1948).
     */
    public double pValue() {
        if (onlyFirst == onlySecond) {
            return 1;
        }
        if (exact()) {
            double tail = new BinomialDistribution(null, Math.toIntExact(discordant()), 0.5)
                    .cumulativeProbability(Math.toIntExact(Math.min(onlyFirst, onlySecond)));
            return Math.min(1, 2 * tail);
        }
        double distance = Math.abs(onlyFirst - onlySecond) - 1;
        return 1 - new ChiSquaredDistribution(null, 1).cumulativeProbability(distance * distance / discordant());
    }
}
