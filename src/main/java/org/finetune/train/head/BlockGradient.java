package org.finetune.train.head;

import java.util.Arrays;
import org.finetune.backend.HostMemory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cross-entropy of blocks of rows and its gradient, added up. The two products of a block are ND4J's in float32, which take
 * a quarter of the time of loops in Java and, with many classes, a tenth; all else and all sums of blocks are float64.
 */
final class BlockGradient implements AutoCloseable {
    private final int features;
    private final int classes;
    private final INDArray room;
    private final INDArray logits;
    private final INDArray product;
    private final CustomOp matmul = DynamicCustomOp.builder("matmul").build();
    private final OpContext forward;
    private final OpContext backward;
    private final float[] logitValues;
    private final float[] productValues;
    private final double[] logitsOfRow;
    private final double[] errorsOfRow;
    private final double[] gradient;
    private double loss;

    BlockGradient(int features, int classes) {
        this.features = features;
        this.classes = classes;
        this.room = Nd4j.create(DataType.FLOAT, new long[] {FeatureBlocks.ROWS, features}, 'c');
        this.logits = Nd4j.create(DataType.FLOAT, new long[] {FeatureBlocks.ROWS, classes}, 'c');
        this.product = Nd4j.create(DataType.FLOAT, new long[] {features, classes}, 'c');
        this.forward = context(logits, false);
        this.backward = context(product, true);
        this.logitValues = new float[FeatureBlocks.ROWS * classes];
        this.productValues = new float[features * classes];
        this.logitsOfRow = new double[classes];
        this.errorsOfRow = new double[classes];
        this.gradient = new double[(features + 1) * classes];
    }

    /** Room for the features of a block, {@code [ROWS,features]}. */
    INDArray room() {
        return room;
    }

    /** Begins new sums. */
    void clear() {
        Arrays.fill(gradient, 0);
        loss = 0;
    }

    /** Sum of the cross-entropies since {@link #clear}. */
    double loss() {
        return loss;
    }

    /** Sum of the gradients: of the kernel, {@code [features,classes]}, then of the bias. */
    double[] gradient() {
        return gradient;
    }

    /**
     * Adds a block.
     *
     * @param x {@code [ROWS,features]}, with zeros after the last row
     * @param labels of the rows
     * @param kernel {@code [features,classes]} float32
     * @param parameters kernel and bias
     * @param withGradient whether the gradient is wanted too
     */
    void add(
            INDArray x, int[] labels, INDArray kernel, double[] parameters, CrossEntropy target, boolean withGradient) {
        multiply(forward, x, kernel);
        HostMemory.read(logits, logitValues);
        int bias = features * classes;
        for (int row = 0; row < labels.length; row++) {
            int start = row * classes;
            for (int c = 0; c < classes; c++) {
                logitsOfRow[c] = logitValues[start + c] + parameters[bias + c];
            }
            loss += target.of(logitsOfRow, labels[row], errorsOfRow);
            for (int c = 0; c < classes; c++) {
                gradient[bias + c] += errorsOfRow[c];
                logitValues[start + c] = (float) errorsOfRow[c];
            }
        }
        if (withGradient) {
            Arrays.fill(logitValues, labels.length * classes, logitValues.length, 0);
            HostMemory.write(logits, logitValues);
            multiply(backward, x, logits);
            HostMemory.read(product, productValues);
            for (int i = 0; i < productValues.length; i++) {
                gradient[i] += productValues[i];
            }
        }
    }

    /** The context of a product that is written to z, of arrays to be set, the first transposed or not. */
    private static OpContext context(INDArray z, boolean transposeX) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        context.setOutputArray(0, z);
        context.setIArguments(transposeX ? 1 : 0, 0, 0);
        return context;
    }

    private void multiply(OpContext context, INDArray x, INDArray y) {
        context.setInputArray(0, x);
        context.setInputArray(1, y);
        Nd4j.exec(matmul, context);
    }

    @Override
    public void close() {
        close(forward);
        close(backward);
        room.close();
        logits.close();
        product.close();
    }

    private static void close(OpContext context) {
        try {
            context.close();
        } catch (Exception e) {
            throw new IllegalStateException("A product's context could not be closed", e);
        }
    }
}
