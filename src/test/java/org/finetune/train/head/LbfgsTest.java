package org.finetune.train.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LbfgsTest {

    /** The sum of {@code 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2}: a curved valley with its minimum at ones. */
    private static double rosenbrock(double[] x, double[] gradient) {
        Arrays.fill(gradient, 0);
        double sum = 0;
        for (int i = 0; i + 1 < x.length; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
            gradient[i] += -400 * valley * x[i] - 2 * (1 - x[i]);
            gradient[i + 1] += 200 * valley;
        }
        return sum;
    }

    @Test
    void findsTheEndOfACurvedValley() {
        for (int dimensions : new int[] {2, 10, 50}) {
            double[] ones = new double[dimensions];
            Arrays.fill(ones, 1);
            Lbfgs.Minimum minimum = Lbfgs.minimize(LbfgsTest::rosenbrock, new double[dimensions], 1000, 1e-9);
            assertTrue(minimum.converged());
            assertArrayEquals(ones, minimum.point(), 1e-8);
            assertTrue(minimum.evaluations() < 400, minimum.evaluations() + " evaluations");
        }
    }

    @Test
    void endsAtTheMostIterationsLowerThanItBegan() {
        Lbfgs.Minimum minimum = Lbfgs.minimize(LbfgsTest::rosenbrock, new double[10], 5, 1e-9);
        assertFalse(minimum.converged());
        assertTrue(minimum.value() < rosenbrock(new double[10], new double[10]));
    }

    @Test
    void staysAtAMinimum() {
        Lbfgs.Minimum minimum = Lbfgs.minimize(LbfgsTest::rosenbrock, new double[] {1, 1, 1}, 100, 1e-9);
        assertEquals(1, minimum.evaluations());
        assertTrue(minimum.converged());
    }

    /** Curvatures from 1 to ten thousand, of which ten pairs of the history can know but few. */
    @Test
    void findsTheMinimumOfALongValley() {
        Objective valley = (x, gradient) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double curvature = Math.pow(10, 4.0 * i / (x.length - 1));
                gradient[i] = curvature * (x[i] - i);
                sum += curvature / 2 * (x[i] - i) * (x[i] - i);
            }
            return sum;
        };
        Lbfgs.Minimum minimum = Lbfgs.minimize(valley, new double[40], 2000, 1e-6);
        assertTrue(minimum.converged());
        for (int i = 0; i < 40; i++) {
            assertEquals(i, minimum.point()[i], 1e-5);
        }
    }

    /** Rounded to float32, the values near the minimum are a staircase. */
    @Test
    void endsWhereRoundingLeavesNoDecrease() {
        Objective rounded = (x, gradient) -> (float) (1 + rosenbrock(x, gradient));
        Lbfgs.Minimum minimum = Lbfgs.minimize(rounded, new double[10], 1000, 0);
        assertTrue(minimum.converged());
        assertEquals(1, minimum.value(), 1e-5);
    }
}
