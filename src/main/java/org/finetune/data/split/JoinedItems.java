package org.finetune.data.split;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Numbered items of which some belong together, directly or through others (a disjoint-set forest). */
public final class JoinedItems {
    private final int[] parents;

    /**
     * Items that are all by themselves.
     *
     * @param items number of items, which are counted from 0
     */
    public JoinedItems(int items) {
        this.parents = IntStream.range(0, items).toArray();
    }

    /** Joins two items, and with them all that each belongs together with. */
    public void join(int a, int b) {
        int first = root(a);
        int second = root(b);
        parents[Math.max(first, second)] = Math.min(first, second);
    }

    /** Whether two items belong together. */
    public boolean areJoined(int a, int b) {
        return root(a) == root(b);
    }

    /**
     * Joins items that have the same name.
     *
     * @param names the name of each item; null for one that has none
     */
    public void joinEqual(List<String> names) {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i) != null) {
                Integer other = first.putIfAbsent(names.get(i), i);
                if (other != null) {
                    join(other, i);
                }
            }
        }
    }

    private int root(int item) {
        int i = item;
        while (parents[i] != i) {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }
        return i;
    }

    /** For each item the first of those that it belongs together with, itself included. */
    public int[] groups() {
        return IntStream.range(0, parents.length).map(this::root).toArray();
    }
}
