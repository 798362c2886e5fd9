package org.finetune.train.head;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Rows divided into folds in which each class has about the same share, with all rows of a group in one fold. */
public final class GroupedFolds {
    private GroupedFolds() {}

    /**
     * The fold of each row. The groups come one after the other, large ones first, into the fold that has least of their
     * classes, as in scikit-learn's {@code StratifiedGroupKFold}.
     *
     * @param labels the class of each row
     * @param groups the group of each row
     * @param folds most folds; with fewer groups there are as many folds as groups
     * @param seed decides which groups of equal size come first
     */
    public static int[] of(int[] labels, int[] groups, int classes, int folds, long seed) {
        Map<Integer, List<Integer>> members = new TreeMap<>();
        double[] rowsOfClass = new double[classes];
        for (int row = 0; row < labels.length; row++) {
            members.computeIfAbsent(groups[row], group -> new ArrayList<>()).add(row);
            rowsOfClass[labels[row]]++;
        }
        List<List<Integer>> order = new ArrayList<>(members.values());
        Collections.shuffle(order, new Random(seed));
        order.sort(Comparator.comparing(rows -> -rows.size()));
        int count = Math.min(folds, order.size());
        int[][] inFold = new int[count][classes];
        int[] size = new int[count];
        int[] fold = new int[labels.length];
        for (List<Integer> rows : order) {
            double[] crowding = new double[count];
            for (int candidate = 0; candidate < count; candidate++) {
                for (int row : rows) {
                    int label = labels[row];
                    crowding[candidate] += inFold[candidate][label] / (rowsOfClass[label] * rowsOfClass[label]);
                }
            }
            int chosen = 0;
            for (int candidate = 1; candidate < count; candidate++) {
                boolean less = crowding[candidate] < crowding[chosen]
                        || crowding[candidate] == crowding[chosen] && size[candidate] < size[chosen];
                chosen = less ? candidate : chosen;
            }
            for (int row : rows) {
                fold[row] = chosen;
                inFold[chosen][labels[row]]++;
            }
            size[chosen] += rows.size();
        }
        return fold;
    }

    /** Which classes have rows outside a fold. */
    public static boolean[] classesOutside(int fold, int[] folds, int[] labels, int classes) {
        boolean[] outside = new boolean[classes];
        for (int row = 0; row < labels.length; row++) {
            outside[labels[row]] |= folds[row] != fold;
        }
        return outside;
    }
}
