package org.finetune.data.split;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Divides photos between training and validation by their groups, of which there may be few and large ones. The groups come one
 * after the other in the order of their keys, which are hashes; one is for validation if that brings the share of its classes
 * nearer to the share that is wanted. So a group stays on its side as long as not much is added before it.
 *
 * <p>A class that would have nothing to validate gives its smallest group, unless a class would then have nothing to train on.
 */
public final class GroupedSplit {
    private final int[] labels;
    private final Map<String, List<Integer>> members = new TreeMap<>();
    private final int[] photosOfClass;
    private final int[] validated;
    private final Set<String> validation = new HashSet<>();

    private GroupedSplit(int[] labels, List<String> keys) {
        this.labels = labels;
        int classes = Arrays.stream(labels).max().orElse(-1) + 1;
        this.photosOfClass = new int[classes];
        this.validated = new int[classes];
        for (int photo = 0; photo < labels.length; photo++) {
            members.computeIfAbsent(keys.get(photo), key -> new ArrayList<>()).add(photo);
            photosOfClass[labels[photo]]++;
        }
    }

    /**
     * Chooses the groups to validate with.
     *
     * @param labels the class of each photo
     * @param keys the key of each photo's group, a hash in hexadecimal
     * @param validationShare share of validation photos, in (0, 1)
     */
    public static Set<String> validation(int[] labels, List<String> keys, double validationShare) {
        GroupedSplit split = new GroupedSplit(labels, keys);
        split.divide(validationShare);
        return split.validation;
    }

    private void divide(double share) {
        members.forEach((key, photos) -> {
            int[] counts = counts(photos);
            if (leavesTraining(counts) && error(counts, share) < error(new int[counts.length], share)) {
                validate(key, counts);
            }
        });
        for (int label = 0; label < photosOfClass.length; label++) {
            if (validated[label] == 0) {
                giveSmallest(label);
            }
        }
    }

    private int[] counts(List<Integer> photos) {
        int[] counts = new int[photosOfClass.length];
        photos.forEach(photo -> counts[labels[photo]]++);
        return counts;
    }

    /** How far the shares of validation photos are from the one that is wanted, with more photos in validation. */
    private double error(int[] more, double share) {
        return IntStream.range(0, photosOfClass.length)
                .filter(label -> photosOfClass[label] > 0)
                .mapToDouble(label -> (double) (validated[label] + more[label]) / photosOfClass[label] - share)
                .map(difference -> difference * difference)
                .sum();
    }

    private boolean leavesTraining(int[] more) {
        return IntStream.range(0, photosOfClass.length)
                .allMatch(label -> more[label] == 0 || validated[label] + more[label] < photosOfClass[label]);
    }

    private void validate(String key, int[] counts) {
        validation.add(key);
        Arrays.setAll(validated, label -> validated[label] + counts[label]);
    }

    private void giveSmallest(int label) {
        members.entrySet().stream()
                .filter(group -> group.getValue().stream().anyMatch(photo -> labels[photo] == label))
                .filter(group -> leavesTraining(counts(group.getValue())))
                .min(Comparator.comparing(group -> group.getValue().size()))
                .ifPresent(group -> validate(group.getKey(), counts(group.getValue())));
    }
}
