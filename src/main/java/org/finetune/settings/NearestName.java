package org.finetune.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody who mistyped a name probably meant. */
public final class NearestName {
    /** A name may be mistyped in one of so many characters. */
    private static final int CHARACTERS_PER_ERROR = 3;

    private NearestName() {}

    /**
     * The candidate with the fewest insertions, deletions and replacements of characters and exchanges of neighbours
     * (Levenshtein's distance with transpositions).
     */
    public static String to(String name, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /** The candidates that somebody may have mistyped so, or shortened, the likeliest first. */
    public static List<String> likely(String name, Collection<String> candidates) {
        int most = Math.max(1, name.length() / CHARACTERS_PER_ERROR);
        return candidates.stream()
                .filter(candidate -> distance(name, candidate) <= most || isBeginning(name, candidate))
                .sorted(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    private static boolean isBeginning(String name, String candidate) {
        return name.length() >= CHARACTERS_PER_ERROR && candidate.startsWith(name);
    }

    private static int distance(String a, String b) {
        int[][] rows = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                rows[i][j] =
                        Math.min(rows[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
                }
            }
        }
        return rows[a.length()][b.length()];
    }
}
