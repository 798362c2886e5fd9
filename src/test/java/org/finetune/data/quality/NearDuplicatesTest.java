package org.finetune.data.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.finetune.data.decode.PerceptualHash;
import org.finetune.data.split.JoinedItems;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    private final Random random = new Random(3);

    private PerceptualHash hash() {
        return new PerceptualHash(random.nextLong(), random.nextLong());
    }

    /** Changes that many different bits. */
    private PerceptualHash changed(PerceptualHash hash, int bits) {
        Set<Integer> places = new TreeSet<>();
        while (places.size() < bits) {
            places.add(random.nextInt(PerceptualHash.BITS));
        }
        long rows = hash.rows();
        long columns = hash.columns();
        for (int place : places) {
            if (place < 64) {
                rows ^= 1L << place;
            } else {
                columns ^= 1L << place - 64;
            }
        }
        return new PerceptualHash(rows, columns);
    }

    @Test
    void findsEveryPairUpToTheDistanceAndNoOther() {
        for (int distance = 0; distance <= NearDuplicates.MAX_DISTANCE + 3; distance++) {
            for (int i = 0; i < 200; i++) {
                PerceptualHash hash = hash();
                boolean near = distance <= NearDuplicates.MAX_DISTANCE;
                assertEquals(
                        near ? List.of(List.of(1, 3)) : List.of(),
                        NearDuplicates.groups(List.of(hash(), hash, hash(), changed(hash, distance))),
                        "distance " + distance);
            }
        }
    }

    @Test
    void linksImagesThroughOthers() {
        PerceptualHash first = new PerceptualHash(0, 0);
        PerceptualHash between = new PerceptualHash(0x1f, 0);
        PerceptualHash last = new PerceptualHash(0x3ff, 0);
        assertEquals(List.of(List.of(0, 1, 2)), NearDuplicates.groups(List.of(first, last, between)));
    }

    @Test
    void comparesFewOfFiftyThousandImages() {
        int count = 50_000;
        List<PerceptualHash> hashes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // As on photos of goods before a white wall: nothing but white in the upper half.
            hashes.add(new PerceptualHash(random.nextLong() & 0xffffffffL, random.nextLong() & 0xffffffffL));
        }
        hashes.add(changed(hashes.get(777), 3));
        NearDuplicates found = NearDuplicates.find(hashes);
        // All pairs would be 1.25e9.
        assertTrue(found.comparisons() < 1e8, found.comparisons() + " comparisons");
        assertTrue(NearDuplicates.groups(hashes).contains(List.of(777, count)));
    }

    /** Groups of hashes that differ from their first one in up to that many bits. */
    private List<PerceptualHash> clusters(int count, int size, int bits) {
        List<PerceptualHash> hashes = new ArrayList<>();
        while (hashes.size() < count) {
            PerceptualHash center = hash();
            for (int i = 0; i < size; i++) {
                hashes.add(changed(center, random.nextInt(bits + 1)));
            }
        }
        return hashes;
    }

    /** The groups by comparing all pairs. */
    private static List<List<Integer>> groupsOfAllPairs(List<PerceptualHash> hashes) {
        JoinedItems alike = new JoinedItems(hashes.size());
        for (int i = 0; i < hashes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (hashes.get(i).distance(hashes.get(j)) <= NearDuplicates.MAX_DISTANCE) {
                    alike.join(i, j);
                }
            }
        }
        int[] groups = alike.groups();
        return IntStream.range(0, groups.length)
                .boxed()
                .collect(Collectors.groupingBy(i -> groups[i], TreeMap::new, Collectors.toList()))
                .values()
                .stream()
                .filter(group -> group.size() > 1)
                .toList();
    }

    @Test
    void groupsOfManyAreThoseOfComparingAllPairs() {
        for (int bits = 3; bits <= 12; bits++) {
            for (int size : List.of(4, 40, 1000)) {
                List<PerceptualHash> hashes = clusters(1000, size, bits);
                Collections.shuffle(hashes, random);
                assertEquals(groupsOfAllPairs(hashes), NearDuplicates.groups(hashes), size + " by " + bits + " bits");
            }
        }
    }

    /** Half of them are like no others, a quarter like a few, and a quarter is from videos, 10,000 images each. */
    private void requireFewComparisons(int count) {
        List<PerceptualHash> hashes = new ArrayList<>();
        while (hashes.size() < count / 2) {
            hashes.add(hash());
        }
        hashes.addAll(clusters(count / 4, 10, 5));
        hashes.addAll(clusters(count / 4, 10_000, 5));
        Collections.shuffle(hashes, random);
        long comparisons = NearDuplicates.find(hashes).comparisons();
        assertTrue(comparisons < 36L * count, comparisons + " comparisons of " + count);
    }

    @Test
    void comparesEachOfAHundredThousandImagesWithFew() {
        requireFewComparisons(100_000);
    }

    @Test
    @Tag("slow")
    void comparesEachOfAMillionImagesWithFew() {
        requireFewComparisons(1_000_000);
    }
}
