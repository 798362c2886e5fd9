package org.finetune.data.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.finetune.data.decode.PerceptualHash;
import org.finetune.data.split.JoinedItems;

/**
 * Finds the images among many that look alike: those whose hashes differ in at most {@link #MAX_DISTANCE} bits, and
 * those linked by such.
 *
 * <p>The bits of each hash are dealt out to two more bands than may differ, so that two hashes which are that near are equal in
 * at least two bands. For each pair of bands, images are sorted by both, and only those that are equal in both are compared. A
 * pair has 28 bits, so hardly any others meet, and the time for a million images is that of sorting them 36 times (the
 * pigeonhole principle for Hamming distances, as in G. Manku et al., "Detecting Near-Duplicates for Web Crawling", WWW 2007).
 * Many images that look alike, such as those of a video, meet in all pairs, but most find one that they look like at once.
 */
final class NearDuplicates {
    /** Most bits of 128 in which the hashes of images that look alike differ. */
    static final int MAX_DISTANCE = 7;

    private static final int BANDS = MAX_DISTANCE + 2;
    private static final int MOST_BITS = (PerceptualHash.BITS + BANDS - 1) / BANDS;

    /** A different hash each. */
    private final List<PerceptualHash> hashes;

    private final JoinedItems alike;
    private long comparisons;

    private NearDuplicates(List<PerceptualHash> hashes) {
        this.hashes = hashes;
        this.alike = new JoinedItems(hashes.size());
    }

    /**
     * Groups images that look alike.
     *
     * @param hashes a hash for each image
     * @return the indices of the images of each group of two or more, in order
     */
    static List<List<Integer>> groups(List<PerceptualHash> hashes) {
        return find(hashes).groupsOf(hashes);
    }

    static NearDuplicates find(List<PerceptualHash> hashes) {
        NearDuplicates found = new NearDuplicates(hashes.stream().distinct().toList());
        int[][] bands = IntStream.range(0, BANDS)
                .mapToObj(band -> found.hashes.stream()
                        .mapToInt(hash -> bandOf(hash, band))
                        .toArray())
                .toArray(int[][]::new);
        for (int first = 0; first < BANDS; first++) {
            for (int second = first + 1; second < BANDS; second++) {
                found.joinWithin(bands[first], bands[second]);
            }
        }
        return found;
    }

    /** Number of pairs that were compared. */
    long comparisons() {
        return comparisons;
    }

    private void joinWithin(int[] first, int[] second) {
        // Both bands, and below them the number of the image.
        long[] order = new long[first.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) (first[i] << MOST_BITS | second[i]) << Integer.SIZE | i;
        }
        Arrays.sort(order);
        for (int start = 0, end; start < order.length; start = end) {
            end = start + 1;
            while (end < order.length && order[end] >>> Integer.SIZE == order[start] >>> Integer.SIZE) {
                end++;
            }
            if (end - start > 1) {
                joinWithin(order, start, end);
            }
        }
    }

    /** Joins those of some images that look alike. An image is compared with those of a group until it looks like one of them. */
    private void joinWithin(long[] order, int start, int end) {
        List<List<Integer>> groups = new ArrayList<>();
        for (int i = start; i < end; i++) {
            int image = (int) order[i];
            List<Integer> joined = new ArrayList<>(List.of(image));
            for (int group = groups.size() - 1; group >= 0; group--) {
                List<Integer> others = groups.get(group);
                if (alike.areJoined(image, others.get(0)) || isLikeOneOf(image, others)) {
                    alike.join(image, others.get(0));
                    joined = union(others, joined);
                    groups.set(group, groups.get(groups.size() - 1));
                    groups.remove(groups.size() - 1);
                }
            }
            groups.add(joined);
        }
    }

    private boolean isLikeOneOf(int image, List<Integer> others) {
        PerceptualHash hash = hashes.get(image);
        for (int other : others) {
            comparisons++;
            if (hash.distance(hashes.get(other)) <= MAX_DISTANCE) {
                return true;
            }
        }
        return false;
    }

    /** Adds the smaller list to the larger one, so that many unions take no longer than sorting. */
    private static List<Integer> union(List<Integer> one, List<Integer> other) {
        List<Integer> larger = one.size() < other.size() ? other : one;
        larger.addAll(larger == one ? other : one);
        return larger;
    }

    /**
     * Every ninth bit of a hash, each one row and one place further. A band thus has bits of all of the image: borders, which are
     * often plain, would else make one band equal in very many images.
     */
    private static int bandOf(PerceptualHash hash, int band) {
        int value = 0;
        for (int bit = band; bit < PerceptualHash.BITS; bit += BANDS) {
            long word = bit < Long.SIZE ? hash.rows() : hash.columns();
            value = value << 1 | (int) (word >>> bit & 1);
        }
        return value;
    }

    private List<List<Integer>> groupsOf(List<PerceptualHash> all) {
        Map<PerceptualHash, Integer> numbers = new HashMap<>();
        for (int i = 0; i < hashes.size(); i++) {
            numbers.put(hashes.get(i), i);
        }
        int[] groups = alike.groups();
        Map<Integer, List<Integer>> byGroup = new LinkedHashMap<>();
        for (int i = 0; i < all.size(); i++) {
            byGroup.computeIfAbsent(groups[numbers.get(all.get(i))], group -> new ArrayList<>())
                    .add(i);
        }
        return byGroup.values().stream().filter(group -> group.size() > 1).toList();
    }
}
