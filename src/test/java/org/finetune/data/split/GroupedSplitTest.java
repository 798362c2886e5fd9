package org.finetune.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.finetune.hash.Sha256;
import org.junit.jupiter.api.Test;

class GroupedSplitTest {
    @Test
    void sharesComeNearTheOneWantedAlsoWithFewLargeGroups() {
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            List<String> keys = new ArrayList<>();
            List<Integer> labels = new ArrayList<>();
            for (int group = 0; group < 20; group++) {
                String key = key(round + " " + group);
                int size = 5 + random.nextInt(10);
                for (int i = 0; i < size; i++) {
                    keys.add(key);
                    labels.add(random.nextInt(3));
                }
            }
            int[] array = labels.stream().mapToInt(label -> label).toArray();
            Set<String> validation = GroupedSplit.validation(array, keys, 0.2);
            for (int label = 0; label < 3; label++) {
                assertEquals(0.2, share(array, keys, validation, label), 0.15);
            }
        }
    }

    private static double share(int[] labels, List<String> keys, Set<String> validation, int label) {
        int[] photos = IntStream.range(0, labels.length)
                .filter(i -> labels[i] == label)
                .toArray();
        return IntStream.of(photos)
                        .filter(i -> validation.contains(keys.get(i)))
                        .count()
                / (double) photos.length;
    }

    @Test
    void everyClassKeepsATrainingGroupAndValidatesWhereItHasTwo() {
        String large = key("large");
        String small = key("small");
        String only = key("only");
        List<String> keys = List.of(large, large, large, small, only, only);
        Set<String> validation = GroupedSplit.validation(new int[] {0, 0, 0, 0, 1, 1}, keys, 0.05);
        assertEquals(Set.of(small), validation, "class 1 is of one group, which trains it");
        assertTrue(GroupedSplit.validation(new int[] {0, 0}, List.of(large, large), 0.9)
                .isEmpty());
    }

    private static String key(String name) {
        return Sha256.of(name.getBytes(StandardCharsets.UTF_8));
    }
}
