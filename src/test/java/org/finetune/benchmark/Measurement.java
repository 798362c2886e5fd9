package org.finetune.benchmark;

/**
 * One figure of the benchmark.
 *
 * @param work what was done, such as {@code frozenBase}
 * @param by what did it: {@code finetune}, {@code deeplearning4j}, {@code nd4j} or {@code pytorch}
 * @param conditions under which circumstances, such as {@code busy, active}; "" for the usual ones
 * @param alpha width multiplier of the network, or 0
 * @param size height and width of the images in pixels, or of the matrices; of photos the width
 * @param value the figure
 * @param unit {@code ms/image}, {@code ms/photo}, {@code ms}, {@code s}, {@code MiB} or {@code GFLOP/s}
 */
record Measurement(String work, String by, String conditions, double alpha, int size, double value, String unit) {

    boolean is(String wantedWork, String wantedBy, String wantedConditions, double wantedAlpha, int wantedSize) {
        return work.equals(wantedWork)
                && by.equals(wantedBy)
                && conditions.equals(wantedConditions)
                && alpha == wantedAlpha
                && size == wantedSize;
    }
}
