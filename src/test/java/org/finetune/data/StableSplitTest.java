package org.finetune.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.finetune.hash.Sha256;
import org.junit.jupiter.api.Test;

class StableSplitTest {
    @Test
    void nothingChangesSidesWhenFilesAreAdded() {
        Random random = new Random(1);
        List<Set<String>> classes = List.of(contents(random, 60), contents(random, 60), contents(random, 60));
        Set<String> before = StableSplit.validation(classes, 0.2);
        List<Set<String>> more = new ArrayList<>();
        for (Set<String> contents : classes) {
            Set<String> larger = new TreeSet<>(contents);
            larger.addAll(contents(random, 500));
            more.add(larger);
        }
        Set<String> after = StableSplit.validation(more, 0.2);
        classes.forEach(
                contents -> contents.forEach(hash -> assertEquals(before.contains(hash), after.contains(hash))));
        for (Set<String> contents : more) {
            assertEquals(0.2, contents.stream().filter(after::contains).count() / 560.0, 0.05);
        }
    }

    @Test
    void everyClassGetsBothSidesWherePossible() {
        Random random = new Random(2);
        for (int round = 0; round < 2000; round++) {
            List<Set<String>> classes = new ArrayList<>();
            List<String> pool = List.copyOf(contents(random, 12));
            for (int i = 0; i < 2 + random.nextInt(4); i++) {
                Set<String> contents = contents(random, random.nextInt(3));
                // Some contents lie in several classes.
                for (int k = 0; k <= random.nextInt(3); k++) {
                    contents.add(pool.get(random.nextInt(pool.size())));
                }
                classes.add(contents);
            }
            double share = 0.1 + 0.8 * random.nextDouble();
            Set<String> validation = StableSplit.validation(classes, share);
            for (Set<String> contents : classes) {
                assertTrue(contents.stream().anyMatch(hash -> !validation.contains(hash)), "no training photo");
                boolean ownContents = classes.stream()
                        .noneMatch(other -> other != contents && other.stream().anyMatch(contents::contains));
                if (contents.size() > 1 && ownContents) {
                    assertTrue(contents.stream().anyMatch(validation::contains), "no validation photo");
                }
            }
        }
    }

    @Test
    void trainingImagesComeBeforeValidationImages() {
        String a = Sha256.of(new byte[] {1});
        String b = Sha256.of(new byte[] {2});
        assertEquals(Set.of(), StableSplit.validation(List.of(Set.of(a, b), Set.of(a), Set.of(b)), 0.5));
    }

    private static Set<String> contents(Random random, int count) {
        Set<String> contents = new HashSet<>();
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[8];
            random.nextBytes(content);
            contents.add(Sha256.of(content));
        }
        return contents;
    }
}
