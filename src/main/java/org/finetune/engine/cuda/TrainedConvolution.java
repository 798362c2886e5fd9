package org.finetune.engine.cuda;

import org.finetune.backend.cuda.DeviceArray;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Weights;

/**
 * A convolution and its batch normalization under training, as on the CPU: it runs folded, is folded again after each step, and the
 * gradients of the parameters follow from those of the folded ones. The convolution may itself be frozen while its
 * normalization is trained.
 */
final class TrainedConvolution {
    private final Step step;
    private final DeviceConvolution folded;
    private final DeviceArray mean;
    private final DeviceArray inverseSigma;
    private final long gamma;
    private final long beta;
    private final long gammaGradient;
    private final long betaGradient;
    private final long kernel;
    /** 0 if the kernel is frozen. */
    private final long kernelGradient;

    /**
     * Prepares a convolution.
     *
     * @param folded where it runs folded
     */
    TrainedConvolution(
            Step step,
            FusedLayer.Convolution layer,
            DeviceConvolution folded,
            DeviceParameters parameters,
            Weights weights,
            Workspace work) {
        this.step = step;
        this.folded = folded;
        String normalization = layer.normalization().name();
        this.mean = work.take(weights.get(normalization, "moving_mean").values());
        this.inverseSigma = work.take(FoldedKernel.inverseSigma(layer, weights));
        this.gamma = parameters.value(normalization, "gamma");
        this.beta = parameters.value(normalization, "beta");
        this.gammaGradient = parameters.gradient(normalization, "gamma");
        this.betaGradient = parameters.gradient(normalization, "beta");
        String convolution = layer.convolution().name();
        String name = FoldedKernel.kernelName(layer);
        boolean trained = parameters.has(convolution, name);
        this.kernel = trained
                ? parameters.value(convolution, name)
                : work.take(FoldedKernel.kernel(layer, weights).values()).address();
        this.kernelGradient = trained ? parameters.gradient(convolution, name) : 0;
    }

    /** Folds the current parameters. */
    void fold(Operations operations) {
        operations.each(
                "fold",
                folded.kernel().length(),
                kernel,
                gamma,
                beta,
                mean.address(),
                inverseSigma.address(),
                folded.kernel().address(),
                folded.bias().address(),
                folded.rows(),
                folded.channels());
    }

    /**
     * Computes the gradients of the parameters.
     *
     * @param x the input
     * @param gy gradient of the output
     * @param room of {@link Operations#gradientRoom} values
     * @param gradient room for the gradients of folded kernel and bias
     */
    void gradients(Operations operations, long x, long gy, long room, long gradient, int images) {
        operations.kernelGradient(step, x, gy, room, gradient, images);
        long biasGradient = gradient + (long) Operations.gradientRows(step) * folded.channels() * Float.BYTES;
        operations.launch(
                "unfold",
                Operations.blocks(folded.channels(), Operations.SUM_COLUMNS),
                1,
                Operations.SUM_COLUMNS,
                Operations.SUM_WORKERS,
                gradient,
                biasGradient,
                kernel,
                gamma,
                mean.address(),
                inverseSigma.address(),
                kernelGradient,
                gammaGradient,
                betaGradient,
                folded.rows(),
                folded.channels());
    }
}
