package org.finetune.train.head;

/** Half of lambda times the sum of the squares of the kernel. */
final class Penalty {
    private Penalty() {}

    /**
     * The penalty.
     *
     * @param parameters kernel, then bias
     * @param kernel length of the kernel
     * @param gradient what its gradient is added to
     */
    static double add(double[] parameters, int kernel, double lambda, double[] gradient) {
        double squares = 0;
        for (int i = 0; i < kernel; i++) {
            squares += parameters[i] * parameters[i];
            gradient[i] += lambda * parameters[i];
        }
        return lambda / 2 * squares;
    }
}
