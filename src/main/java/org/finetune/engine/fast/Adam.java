package org.finetune.engine.fast;

import org.finetune.engine.OpProfile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;

/**
 * Adam (Kingma and Ba, 2015) in Keras's form for a range of the parameters: with g the gradients and t the number of the
 * update, from 1,
 *
 * <ul>
 *   <li>{@code m = beta1*m + (1-beta1)*g}
 *   <li>{@code v = beta2*v + (1-beta2)*g*g}
 *   <li>{@code values = values - rate * sqrt(1-beta2^t) / (1-beta1^t) * m / (sqrt(v) + epsilon)}
 * </ul>
 *
 * <p>These are plain operations: ND4J has one for all, which takes several times as long.
 */
final class Adam implements AutoCloseable {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-7;

    private final Plan plan = new Plan(OpProfile.NONE);
    /** Takes the factor that changes from one update to the next. */
    private final OpContext subtraction;

    /**
     * Lays the operations out.
     *
     * @param gradients used up by an update
     */
    Adam(INDArray values, INDArray gradients, INDArray firstMoments, INDArray secondMoments) {
        plan.scale(firstMoments, (float) BETA1);
        plan.addScaled(1 - BETA1, gradients, firstMoments);
        plan.multiply(gradients, gradients, gradients);
        plan.scale(secondMoments, (float) BETA2);
        plan.addScaled(1 - BETA2, gradients, secondMoments);
        plan.squareRoot(secondMoments, gradients);
        plan.addScalar(gradients, (float) EPSILON);
        plan.divide(firstMoments, gradients, gradients);
        subtraction = plan.addScaled(0, gradients, values);
    }

    /**
     * The plan of an update.
     *
     * @param earlier number of updates before
     * @param rate the learning rate
     */
    Plan plan(int earlier, double rate) {
        double correction = Math.sqrt(1 - Math.pow(BETA2, earlier + 1)) / (1 - Math.pow(BETA1, earlier + 1));
        subtraction.setTArguments(-rate * correction);
        return plan;
    }

    @Override
    public void close() {
        plan.close();
    }
}
