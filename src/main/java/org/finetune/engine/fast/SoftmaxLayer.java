package org.finetune.engine.fast;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.factory.Nd4j;

/** Dense layer and softmax for a fixed number of examples. All arrays are {@code [examples,classes]}. */
final class SoftmaxLayer implements AutoCloseable {
    private final INDArray kernel;
    private final INDArray bias;
    private final INDArray logits;
    private final INDArray logProbabilities;
    private final INDArray probabilities;

    /**
     * Prepares the arrays.
     *
     * @param kernel {@code [features,classes]}; not closed with the layer
     * @param bias {@code [classes]}; not closed with the layer
     */
    SoftmaxLayer(INDArray kernel, INDArray bias, long examples) {
        this.kernel = kernel;
        this.bias = bias;
        this.logits = Nd4j.create(DataType.FLOAT, new long[] {examples, bias.length()}, 'c');
        this.logProbabilities = logits.ulike();
        this.probabilities = logits.ulike();
    }

    /**
     * Features to probabilities.
     *
     * @param features {@code [examples,features]}
     */
    void addForward(Plan plan, INDArray features) {
        plan.matmul(features, kernel, logits);
        plan.addBias(logits, bias);
        plan.custom("log_softmax", List.of(logits), List.of(logProbabilities), 1);
        plan.legacy("exp", new Exp(logProbabilities, probabilities));
    }

    /** What goes into the softmax. */
    INDArray logits() {
        return logits;
    }

    /** As ND4J computes them: minus infinity where the logit is 104 below the largest. */
    INDArray logProbabilities() {
        return logProbabilities;
    }

    INDArray probabilities() {
        return probabilities;
    }

    @Override
    public void close() {
        logits.close();
        logProbabilities.close();
        probabilities.close();
    }
}
