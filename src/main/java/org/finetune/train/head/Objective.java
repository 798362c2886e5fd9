package org.finetune.train.head;

/** A smooth function to be minimized. */
@FunctionalInterface
interface Objective {

    /**
     * Its value at a point.
     *
     * @param gradient its gradient there, to be written
     */
    double at(double[] point, double[] gradient);
}
