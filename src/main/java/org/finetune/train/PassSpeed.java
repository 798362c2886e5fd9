package org.finetune.train;

import java.util.ArrayList;
import java.util.List;

/**
 * How fast a pass over photos is, to estimate how long it will take. Its first photos are slow, as decoders start and Java
 * compiles what it runs, so the speed is that of the later half of the photos that are done.
 */
final class PassSpeed {
    /** The first of them does not count, and single ones are slow by chance. */
    private static final int LEAST_BATCHES = 4;

    private final long total;
    private final List<Point> points = new ArrayList<>();
    /** The last of the points in the first half of the photos that are done. */
    private int middle;

    /** So many photos are done after so many seconds. */
    private record Point(long done, double seconds) {}

    /**
     * A pass that begins.
     *
     * @param total number of photos
     */
    PassSpeed(long total) {
        this.total = total;
        points.add(new Point(0, 0));
    }

    /**
     * Takes the progress.
     *
     * @param done number of photos that are done
     * @param seconds how long that took
     */
    void progress(long done, double seconds) {
        if (done == last().done()) {
            return;
        }
        points.add(new Point(done, seconds));
        while (points.get(middle + 1).done() <= done / 2) {
            middle++;
        }
    }

    private Point last() {
        return points.get(points.size() - 1);
    }

    /** Number of photos. */
    long total() {
        return total;
    }

    /** Whether enough photos are done to judge by. */
    boolean isKnown() {
        return points.size() > LEAST_BATCHES;
    }

    /** Seconds that the pass has taken. */
    double seconds() {
        return last().seconds();
    }

    /** The part of the photos that is left, from 0 to 1. */
    double left() {
        return (double) (total - last().done()) / total;
    }

    /** About how many seconds the photos that are left will take. */
    double rest() {
        Point from = points.get(middle);
        return (last().seconds() - from.seconds()) / (last().done() - from.done()) * (total - last().done());
    }
}
