package org.finetune.compute.fast;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.finetune.compute.TailSettings;
import org.finetune.model.Architecture;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Forward and backward pass of a tail for a fixed number of examples. */
final class TailPlans implements AutoCloseable {
    private final List<FusedLayer> layers;
    private final Map<String, TrainedConvolution> trained;
    private final BufferPool pool;
    private final Plan features;
    private final Plan trainingHead;
    private final Plan inferenceHead;
    private final Plan backward;
    private final Map<String, Activation> activations;
    private final SoftmaxHead head;

    /** Names of the layers that a trained parameter has influence on. */
    private final Set<String> influenced = new HashSet<>();
    /** Gradients by layer name; of the entry of a residual block, the share that skips the block. */
    private final Map<String, Activation> gradients = new HashMap<>();

    TailPlans(
            List<FusedLayer> layers,
            Map<String, FoldedConvolution> convolutions,
            Map<String, TrainedConvolution> trained,
            ParameterVector parameters,
            String inputName,
            Activation input,
            TailSettings settings,
            BufferPool pool,
            OpProfile profile) {
        this.layers = layers;
        this.trained = trained;
        this.pool = pool;
        this.features = new Plan(profile);
        this.trainingHead = new Plan(profile);
        this.inferenceHead = new Plan(profile);
        this.backward = new Plan(profile);
        this.activations = new ForwardLayout(features, pool, convolutions).add(layers, inputName, input);
        this.head = new SoftmaxHead(activations.get(Architecture.POOLING).rows(), parameters, settings);
        head.addForward(trainingHead, true);
        head.addForward(inferenceHead, false);
        addBackward();
    }

    private void addBackward() {
        for (FusedLayer layer : layers) {
            if (trained.containsKey(layer.output()) || influenced.contains(layer.input())) {
                influenced.add(layer.output());
            }
        }
        boolean wanted = influenced.contains(Architecture.POOLING);
        Activation pooled = activations.get(Architecture.POOLING);
        Activation gradient = wanted ? Activation.take(pool, pooled.images(), pooled.shape()) : null;
        head.addBackward(backward, wanted ? gradient.rows() : null);
        gradients.put(Architecture.POOLING, gradient);
        for (int index = layers.size() - 1; index >= 0; index--) {
            FusedLayer layer = layers.get(index);
            if (influenced.contains(layer.output())) {
                addBackward(layer);
            }
        }
    }

    private void addBackward(FusedLayer layer) {
        Activation gy = gradients.get(layer.output());
        if (layer instanceof FusedLayer.Residual residual) {
            gradients.put(residual.input(), gy);
            if (influenced.contains(residual.entry())) {
                pool.retain(gy.buffer());
                gradients.put(residual.entry(), gy);
            }
            return;
        }
        Activation x = activations.get(layer.input());
        Activation gx = influenced.contains(layer.input()) ? Activation.take(pool, x.images(), x.shape()) : null;
        if (layer instanceof FusedLayer.Convolution) {
            trained.get(layer.output()).addBackward(backward, pool, x, activations.get(layer.output()), gy, gx);
        } else {
            backward.averagePoolGradient(layer.output(), x, gy, gx);
        }
        pool.give(gy.buffer());
        if (gx != null) {
            Activation skipped = gradients.put(layer.input(), gx);
            if (skipped != null) {
                backward.add(layer.input(), gx.flat(), skipped.flat(), gx.flat());
                pool.give(skipped.buffer());
            }
        }
    }

    /** Probabilities without dropout. */
    void predict() {
        features.run();
        inferenceHead.run();
    }

    /** Forward under dropout, then backward; returns the mean cross-entropy. */
    double gradients(int[] labels, long seed) {
        head.setLabels(labels);
        head.drawMask(seed);
        features.run();
        trainingHead.run();
        backward.run();
        return head.loss();
    }

    INDArray probabilities() {
        return head.probabilities();
    }

    @Override
    public void close() {
        for (Plan plan : List.of(features, trainingHead, inferenceHead, backward)) {
            plan.close();
        }
        head.close();
    }
}
