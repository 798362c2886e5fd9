package org.finetune.compare;

import java.util.Locale;

/** Says in words how two runs do on the photos that they share. */
public final class PairSentence {
    private static final double LEVEL = 0.05;

    private PairSentence() {}

    /**
     * Makes the sentence.
     *
     * @param pairs number of pairs that are tested; with more than one the level is divided by it (Bonferroni), since each
     *     test may err
     */
    public static String of(PairedRuns pair, int pairs) {
        String a = Comparison.letter(pair.first());
        String b = Comparison.letter(pair.second());
        if (pair.firstPhotos() == 0 || pair.secondPhotos() == 0) {
            return String.format(
                    "%s and %s: no test, because %s has no predictions.csv.", a, b, pair.firstPhotos() == 0 ? a : b);
        }
        if (pair.shared() == 0) {
            return String.format("%s and %s: no test, because they were validated on entirely different photos.", a, b);
        }
        McNemarTest test = pair.test();
        return photos(pair, a, b)
                + format(
                        " %d %s right only in %s, %d only in %s: p = %s (McNemar, %s), ",
                        test.onlyFirst(),
                        test.onlyFirst() == 1 ? "is" : "are",
                        a,
                        test.onlySecond(),
                        b,
                        pValue(test.pValue()),
                        test.exact() ? "exact" : "chi-squared")
                + verdict(test, a, b, pairs);
    }

    private static String photos(PairedRuns pair, String a, String b) {
        if (pair.samePhotos()) {
            return format(
                    "%s and %s, on the same %d %s:", a, b, pair.shared(), pair.shared() == 1 ? "photo" : "photos");
        }
        return format(
                "%s and %s were validated on different photos, so their metrics cannot be compared; of the %d "
                        + "of %s and"
                        + " %d of %s they share %d, of which %s gets %.1f%% right and %s %.1f%%:",
                a,
                b,
                pair.firstPhotos(),
                a,
                pair.secondPhotos(),
                b,
                pair.shared(),
                a,
                100.0 * pair.firstRight() / pair.shared(),
                b,
                100.0 * pair.secondRight() / pair.shared());
    }

    private static String verdict(McNemarTest test, String a, String b, int pairs) {
        String level =
                pairs == 1 ? "at the 5% level." : "at the 5% level for all " + pairs + " pairs together (Bonferroni).";
        if (test.pValue() >= LEVEL / pairs) {
            return "so the photos show no difference " + level;
        }
        return "so " + (test.onlyFirst() > test.onlySecond() ? a : b) + " is better " + level;
    }

    private static String pValue(double p) {
        return p < 0.0001 ? "below 0.0001" : format("%.4f", p);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
