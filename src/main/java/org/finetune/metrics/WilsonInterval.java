package org.finetune.metrics;

import java.util.Locale;

/**
 * The interval that covers a true share with 95% confidence, given how often it came true in a sample (E. B. Wilson,
 * "Probable inference, the law of succession, and statistical inference", 1927). Unlike the usual one it stays within [0,
 * 1] and holds for small samples.
 *
 * @param low lower end, in [0, 1]
 * @param high upper end, in [0, 1]
 */
public record WilsonInterval(double low, double high) {
    /** The normal distribution's quantile at 0.975. */
    private static final double Z = 1.959963984540054;

    /**
     * The interval of a sample.
     *
     * @param hits how often it came true
     * @param images size of the sample; of an empty one nothing is known: [0, 1]
     */
    public static WilsonInterval of(long hits, long images) {
        if (hits < 0 || hits > images) {
            throw new IllegalArgumentException(hits + " of " + images);
        }
        if (images == 0) {
            return new WilsonInterval(0, 1);
        }
        double share = (double) hits / images;
        double scale = 1 + Z * Z / images;
        double middle = (share + Z * Z / (2 * images)) / scale;
        double half = Z * Math.sqrt(share * (1 - share) / images + Z * Z / (4.0 * images * images)) / scale;
        return new WilsonInterval(Math.max(0, middle - half), Math.min(1, middle + half));
    }

    /** As percentages, such as "82.5% to 90.8%". */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f%% to %.1f%%", 100 * low, 100 * high);
    }
}
