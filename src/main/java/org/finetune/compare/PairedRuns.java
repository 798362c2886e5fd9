package org.finetune.compare;

import org.finetune.run.files.Predictions;

/**
 * Two runs on the validation photos that both have seen, which are found by their content.
 *
 * @param first index of a run
 * @param second index of another
 * @param shared number of photos that both have
 * @param firstPhotos number of photos of the first
 * @param secondPhotos number of photos of the second
 * @param firstRight number of shared photos that the first has right
 * @param secondRight number of shared photos that the second has right
 * @param test what the photos that only one of them has right say
 */
public record PairedRuns(
        int first,
        int second,
        int shared,
        int firstPhotos,
        int secondPhotos,
        int firstRight,
        int secondRight,
        McNemarTest test) {

    static PairedRuns of(int first, RecordedRun a, int second, RecordedRun b) {
        int shared = 0;
        int rightA = 0;
        int rightB = 0;
        int both = 0;
        for (var entry : a.photos().entrySet()) {
            Predictions.Photo other = b.photos().get(entry.getKey());
            if (other != null) {
                boolean inA = entry.getValue().right();
                boolean inB = other.right();
                shared++;
                rightA += inA ? 1 : 0;
                rightB += inB ? 1 : 0;
                both += inA && inB ? 1 : 0;
            }
        }
        return new PairedRuns(
                first,
                second,
                shared,
                a.photos().size(),
                b.photos().size(),
                rightA,
                rightB,
                new McNemarTest(rightA - both, rightB - both));
    }

    /** Whether both runs were validated on the very same photos. */
    public boolean samePhotos() {
        return shared == firstPhotos && shared == secondPhotos;
    }
}
