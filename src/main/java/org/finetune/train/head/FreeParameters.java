package org.finetune.train.head;

/**
 * The parameters that are solved, among others that are fixed.
 *
 * @param fixed all parameters, where those that are solved are 0
 * @param places of those that are solved
 */
record FreeParameters(double[] fixed, int[] places) {

    /** Whether all are fixed. */
    boolean isEmpty() {
        return places.length == 0;
    }

    /** Where to begin: at 0. */
    double[] start() {
        return new double[places.length];
    }

    /** All parameters. */
    double[] all(double[] free) {
        double[] all = fixed.clone();
        for (int i = 0; i < places.length; i++) {
            all[places[i]] = free[i];
        }
        return all;
    }

    /** A function of all parameters as one of those that are solved. */
    Objective of(Objective whole) {
        if (places.length == fixed.length) {
            return whole;
        }
        return (point, gradient) -> {
            double[] slopes = new double[fixed.length];
            double value = whole.at(all(point), slopes);
            for (int i = 0; i < places.length; i++) {
                gradient[i] = slopes[places[i]];
            }
            return value;
        };
    }
}
