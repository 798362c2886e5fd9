package org.finetune.train.folds;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.train.head.GroupedFolds;

/**
 * Which photos are held out together in cross-validation. In each fold every class has about the same share of photos, and photos
 * of a group are in one fold.
 *
 * @param folds the fold of each photo, from 0
 * @param count number of folds
 */
public record FoldAssignment(int[] folds, int count) {

    /**
     * Divides photos.
     *
     * @param labels the class of each photo
     * @param groups the group of each photo
     * @param classes names of the classes by label
     * @param seed decides which groups of equal size come first
     * @throws FinetuneException with {@link ExitCode#DATA} if there are fewer groups than folds, or a fold would leave a class
     *     without photos to train on
     */
    public static FoldAssignment of(int[] labels, int[] groups, List<String> classes, int count, long seed) {
        long found = Arrays.stream(groups).distinct().count();
        if (found < count) {
            throw new FinetuneException(
                    ExitCode.DATA,
                    "--folds " + count + " needs at least as many groups of photos, but there "
                            + (found == 1 ? "is 1" : "are " + found)
                            + " (a group of --group-by, copies and photos that look alike stay together); lower "
                            + "--folds.");
        }
        for (int label = 0; label < classes.size(); label++) {
            int wanted = label;
            long ofClass = IntStream.range(0, labels.length)
                    .filter(photo -> labels[photo] == wanted)
                    .map(photo -> groups[photo])
                    .distinct()
                    .count();
            if (ofClass == 1) {
                throw new FinetuneException(
                        ExitCode.DATA,
                        "--folds cannot both train on and validate the class '" + classes.get(label)
                                + "', whose photos are all in one group (a group of --group-by, copies or "
                                + "photos that look alike); add other photos, or omit --folds.");
            }
        }
        int[] folds = GroupedFolds.of(labels, groups, classes.size(), count, seed);
        for (int fold = 0; fold < count; fold++) {
            boolean[] learned = GroupedFolds.classesOutside(fold, folds, labels, classes.size());
            for (int label = 0; label < learned.length; label++) {
                if (!learned[label]) {
                    throw new FinetuneException(
                            ExitCode.DATA,
                            "With --folds " + count + " all photos of the class '" + classes.get(label)
                                    + "' fall into the same fold because they share their groups with other "
                                    + "classes; change --folds or --group-by.");
                }
            }
        }
        return new FoldAssignment(folds, count);
    }

    /** The numbers of the photos in a fold, in order. */
    public int[] heldOut(int fold) {
        return IntStream.range(0, folds.length)
                .filter(photo -> folds[photo] == fold)
                .toArray();
    }

    /** The numbers of the photos outside a fold, in order. */
    public int[] training(int fold) {
        return IntStream.range(0, folds.length)
                .filter(photo -> folds[photo] != fold)
                .toArray();
    }
}
