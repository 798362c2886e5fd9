package org.finetune.train.advice;

import java.util.stream.IntStream;

/**
 * How often each of some photos was right with heads that were solved without it.
 *
 * @param right number of heads that are right about each photo
 * @param heads number of heads that were asked about each photo
 */
record Answers(int[] right, int[] heads) {

    /** Answers about photos, none of which was asked about yet. */
    static Answers none(int photos) {
        return new Answers(new int[photos], new int[photos]);
    }

    /** Takes the answer of one more head about a photo. */
    void add(int photo, boolean correct) {
        right[photo] += correct ? 1 : 0;
        heads[photo]++;
    }

    /** The share of heads that are right about a photo. */
    double share(int photo) {
        return (double) right[photo] / heads[photo];
    }

    /** The mean of the shares of the photos. */
    double mean() {
        return IntStream.range(0, right.length)
                .mapToDouble(this::share)
                .average()
                .orElse(Double.NaN);
    }
}
