package org.finetune.train.head;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The limited-memory BFGS method with a line search for the strong Wolfe conditions (Nocedal and Wright, "Numerical
 * Optimization", 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6).
 *
 * <p>It is written here since no library that was looked at fits: commons-math3 has nonlinear conjugate gradients only;
 * Deeplearning4j's {@code LBFGS} works on its own models in float32 with a backtracking search; those of OpenNLP and Mallet
 * backtrack too and stop at fixed tolerances that are too wide; Smile and CoreNLP are under the GPL; Breeze, which has all of
 * it, would bring the library of Scala along.
 */
final class Lbfgs {
    private static final int HISTORY = 10;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int MOST_TRIALS = 12;
    /** Share of an interval that a trial keeps away from its ends. */
    private static final double MARGIN = 0.1;

    private final Objective objective;
    private final Deque<Pair> history = new ArrayDeque<>();
    private int evaluations;

    /**
     * Where a minimization has ended.
     *
     * @param point the point of the least value that was found
     * @param value the value there
     * @param evaluations number of times the objective was evaluated
     * @param converged whether it ended by itself, not because its steps were used up
     */
    record Minimum(double[] point, double value, int evaluations, boolean converged) {}

    /** What one step has shown of the curvature: the change of the point, that of the gradient, and their product. */
    private record Pair(double[] step, double[] change, double product) {}

    /** A point along the direction of search: its distance, value and slope. */
    private record Trial(double distance, double value, double slope, double[] point, double[] gradient) {}

    private Lbfgs(Objective objective) {
        this.objective = objective;
    }

    /**
     * Minimizes a function.
     *
     * @param start where to begin
     * @param iterations most steps
     * @param tolerance the largest component of the gradient at which to end; it also ends where rounding leaves no decrease
     */
    static Minimum minimize(Objective objective, double[] start, int iterations, double tolerance) {
        return new Lbfgs(objective).run(start, iterations, tolerance);
    }

    private Minimum run(double[] start, int iterations, double tolerance) {
        double[] gradient = new double[start.length];
        evaluations = 1;
        double value = objective.at(start, gradient);
        Trial current = new Trial(0, value, 0, start.clone(), gradient);
        boolean converged = largest(gradient) <= tolerance;
        for (int iteration = 0; iteration < iterations && !converged; iteration++) {
            double[] direction = direction(current.gradient());
            double slope = dot(direction, current.gradient());
            double first = history.isEmpty() ? Math.min(1, 1 / norm1(current.gradient())) : 1;
            Trial origin = new Trial(0, current.value(), slope, current.point(), current.gradient());
            Trial next = slope < 0 ? search(origin, direction, first) : origin;
            if (next == origin) {
                converged = true;
            } else {
                remember(origin, next);
                current = next;
                converged = largest(current.gradient()) <= tolerance;
            }
        }
        return new Minimum(current.point(), current.value(), evaluations, converged);
    }

    /** Minus the gradient times the inverse Hessian as the history has it. */
    private double[] direction(double[] gradient) {
        double[] direction = gradient.clone();
        double[] factors = new double[history.size()];
        int i = history.size();
        for (Iterator<Pair> newestFirst = history.descendingIterator(); newestFirst.hasNext(); ) {
            Pair pair = newestFirst.next();
            factors[--i] = dot(pair.step(), direction) / pair.product();
            add(direction, -factors[i], pair.change());
        }
        if (!history.isEmpty()) {
            Pair newest = history.getLast();
            scale(direction, newest.product() / dot(newest.change(), newest.change()));
        }
        for (Pair pair : history) {
            double factor = dot(pair.change(), direction) / pair.product();
            add(direction, factors[i++] - factor, pair.step());
        }
        scale(direction, -1);
        return direction;
    }

    private void remember(Trial from, Trial to) {
        double[] step = to.point().clone();
        add(step, -1, from.point());
        double[] change = to.gradient().clone();
        add(change, -1, from.gradient());
        double product = dot(step, change);
        // Not above zero, the pair would make the next direction point upwards.
        if (product > 1e-12 * dot(change, change)) {
            history.addLast(new Pair(step, change, product));
            if (history.size() > HISTORY) {
                history.removeFirst();
            }
        }
    }

    /** A trial that satisfies the strong Wolfe conditions, else the lowest, which is the origin if none is lower. */
    private Trial search(Trial origin, double[] direction, double first) {
        Trial before = origin;
        Trial trial = at(origin, direction, first);
        for (int i = 1; i < MOST_TRIALS; i++) {
            if (!decreases(origin, trial) || trial.value() >= before.value() && before != origin) {
                return zoom(origin, direction, before, trial, i);
            }
            if (isFlat(origin, trial)) {
                return trial;
            }
            if (trial.slope() >= 0) {
                return zoom(origin, direction, trial, before, i);
            }
            before = trial;
            trial = at(origin, direction, 2 * trial.distance());
        }
        return before;
    }

    /** Narrows an interval that has a point with the conditions; low is its end with the lower value. */
    private Trial zoom(Trial origin, double[] direction, Trial low, Trial high, int trials) {
        Trial lowest = low;
        Trial other = high;
        for (int i = trials; i < MOST_TRIALS; i++) {
            Trial trial = at(origin, direction, between(lowest, other));
            if (!decreases(origin, trial) || trial.value() >= lowest.value()) {
                other = trial;
            } else {
                if (isFlat(origin, trial)) {
                    return trial;
                }
                if (trial.slope() * (other.distance() - lowest.distance()) >= 0) {
                    other = lowest;
                }
                lowest = trial;
            }
        }
        return lowest;
    }

    /** Where the cubic through both trials has its minimum (equation 3.59), kept away from the ends; the middle if nowhere. */
    private static double between(Trial a, Trial b) {
        double width = b.distance() - a.distance();
        double d1 = a.slope() + b.slope() - 3 * (a.value() - b.value()) / (a.distance() - b.distance());
        double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - a.slope() * b.slope());
        double place = 1 - (b.slope() + d2 - d1) / (b.slope() - a.slope() + 2 * d2);
        return a.distance() + width * (place >= MARGIN && place <= 1 - MARGIN ? place : 0.5);
    }

    private static boolean decreases(Trial origin, Trial trial) {
        return trial.value() <= origin.value() + SUFFICIENT_DECREASE * trial.distance() * origin.slope();
    }

    private static boolean isFlat(Trial origin, Trial trial) {
        return Math.abs(trial.slope()) <= -CURVATURE * origin.slope();
    }

    private Trial at(Trial origin, double[] direction, double distance) {
        double[] point = origin.point().clone();
        add(point, distance, direction);
        double[] gradient = new double[point.length];
        evaluations++;
        double value = objective.at(point, gradient);
        return new Trial(distance, value, dot(gradient, direction), point, gradient);
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** x = x + factor * y. */
    private static void add(double[] x, double factor, double[] y) {
        for (int i = 0; i < x.length; i++) {
            x[i] += factor * y[i];
        }
    }

    private static void scale(double[] x, double factor) {
        for (int i = 0; i < x.length; i++) {
            x[i] *= factor;
        }
    }

    private static double norm1(double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += Math.abs(value);
        }
        return sum;
    }

    private static double largest(double[] x) {
        double largest = 0;
        for (double value : x) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
