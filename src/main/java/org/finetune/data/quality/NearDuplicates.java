package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.finetune.data.decode.PerceptualHash;

/**
 * Finds the images among many that look alike: those whose hashes differ in at most {@link #MAX_DISTANCE} bits, and
 * those linked by such.
 *
 * <p>The bits of each hash are dealt out to one more band than may differ, so that two hashes which are that near are equal in
 * at least one band. Only images with an equal band are compared, so that the time grows about in proportion to their number
 * (the pigeonhole principle for Hamming distances, as in G. Manku et al., "Detecting Near-Duplicates for Web
 * Crawling", WWW 2007).
 */
final class NearDuplicates {
    /** Most bits of 128 in which the hashes of images that look alike differ. */
    static final int MAX_DISTANCE = 7;

    private static final int BANDS = MAX_DISTANCE + 1;
    private static final int BITS_PER_BAND = PerceptualHash.BITS / BANDS;

    private final List<PerceptualHash> hashes;
    private final int[] parents;
    private long comparisons;

    private NearDuplicates(List<PerceptualHash> hashes) {
        this.hashes = hashes;
        this.parents = IntStream.range(0, hashes.size()).toArray();
    }

    /**
     * Groups images that look alike.
     *
     * @param hashes a hash for each image
     * @return the indices of the images of each group of two or more, in order
     */
    static List<List<Integer>> groups(List<PerceptualHash> hashes) {
        return find(hashes).groups();
    }

    static NearDuplicates find(List<PerceptualHash> hashes) {
        NearDuplicates found = new NearDuplicates(hashes);
        for (int band = 0; band < BANDS; band++) {
            found.joinWithinBand(band);
        }
        return found;
    }

    /** Number of pairs that were compared. */
    long comparisons() {
        return comparisons;
    }

    private void joinWithinBand(int band) {
        int[] values = hashes.stream().mapToInt(hash -> bandOf(hash, band)).toArray();
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingInt(i -> values[i]));
        for (int start = 0, end; start < order.length; start = end) {
            end = start + 1;
            while (end < order.length && values[order[end]] == values[order[start]]) {
                end++;
            }
            joinWithin(order, start, end);
        }
    }

    private void joinWithin(Integer[] order, int start, int end) {
        for (int i = start; i < end; i++) {
            PerceptualHash hash = hashes.get(order[i]);
            for (int j = i + 1; j < end; j++) {
                comparisons++;
                if (hash.distance(hashes.get(order[j])) <= MAX_DISTANCE) {
                    join(order[i], order[j]);
                }
            }
        }
    }

    /**
     * Every eighth bit of a hash. A band thus has bits of all of the image: borders, which are often plain, would else make
     * one band equal in very many images.
     */
    private static int bandOf(PerceptualHash hash, int band) {
        int value = 0;
        for (int i = 0; i < BITS_PER_BAND; i++) {
            // Bit i of the band lies on row i of the comparisons, at a place that moves along with i.
            int bit = BANDS * (i % BANDS) + (band + i) % BANDS;
            long word = i < BANDS ? hash.rows() : hash.columns();
            value = value << 1 | (int) (word >>> bit & 1);
        }
        return value;
    }

    private void join(int a, int b) {
        parents[root(a)] = root(b);
    }

    private int root(int i) {
        while (parents[i] != i) {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }
        return i;
    }

    private List<List<Integer>> groups() {
        Map<Integer, List<Integer>> byRoot = new LinkedHashMap<>();
        for (int i = 0; i < parents.length; i++) {
            byRoot.computeIfAbsent(root(i), root -> new ArrayList<>()).add(i);
        }
        return byRoot.values().stream().filter(group -> group.size() > 1).toList();
    }
}
