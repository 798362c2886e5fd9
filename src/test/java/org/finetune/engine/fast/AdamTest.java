package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Against the formulas in float64. */
class AdamTest {
    private static final int LENGTH = 1001;
    private static final int FIRST = 7;
    private static final int END = 990;

    @Test
    void updatesARangeAsTheFormulasSay() {
        Random random = new Random(5);
        double[] values = random.doubles(LENGTH, -1, 1).toArray();
        double[] m = new double[LENGTH];
        double[] v = new double[LENGTH];
        INDArray parameters = Nd4j.createFromArray(values).castTo(Nd4j.defaultFloatingPointType());
        INDArray gradients = parameters.ulike();
        INDArray first = Nd4j.zerosLike(parameters);
        INDArray second = Nd4j.zerosLike(parameters);
        INDArrayIndex range = NDArrayIndex.interval(FIRST, END);
        try (Adam adam = new Adam(parameters.get(range), gradients.get(range), first.get(range), second.get(range))) {
            for (int step = 1; step <= 20; step++) {
                double rate = step <= 10 ? 1e-2 : 1e-3;
                double[] g = random.doubles(LENGTH, -1e-3, 1e-3).toArray();
                g[FIRST] = 0;
                gradients.assign(Nd4j.createFromArray(g));
                adam.plan(step - 1, rate).run();
                for (int i = FIRST; i < END; i++) {
                    m[i] = 0.9 * m[i] + 0.1 * g[i];
                    v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
                    double correction = Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
                    values[i] -= rate * correction * m[i] / (Math.sqrt(v[i]) + 1e-7);
                }
            }
        }
        for (int i = 0; i < LENGTH; i++) {
            assertEquals(values[i], parameters.getDouble(i), 1e-6, "value " + i);
            assertEquals(m[i], first.getDouble(i), 1e-9, "first moment " + i);
            assertEquals(v[i], second.getDouble(i), 1e-12, "second moment " + i);
        }
    }
}
