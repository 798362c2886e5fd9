package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.backend.cuda.DeviceArrays;
import org.finetune.engine.fused.FoldedKernel;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;
import org.finetune.model.FeatureShape;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;

/** The layers between the cut and the head on the device, forward and backward. All activations are kept for the way back. */
final class TailSteps {
    private static final int NONE = -1;

    private final Operations operations;
    private final DeviceArray input;
    private final Map<String, DeviceArray> activations = new HashMap<>();
    private final Map<String, DeviceConvolution> convolutions = new HashMap<>();
    private final Map<String, TrainedConvolution> trained = new HashMap<>();
    private final List<Step> steps;
    private final List<Backward> backward = new ArrayList<>();
    private final List<DeviceArray> gradients;
    /** For sums, and for the gradients of a folded kernel and bias. Null if no layer is trained. */
    private final DeviceArray room;

    private final DeviceArray foldedGradient;

    /**
     * The way back through a step.
     *
     * @param masked whether the input is the output of a ReLU6
     * @param gy number of the buffer with the gradient of the output
     * @param added number of the buffer with what else the gradient of the input gets, or {@link #NONE}
     * @param gx number of the buffer for the gradient of the input, or {@link #NONE} if that is not wanted
     */
    private record Backward(Step step, boolean masked, int gy, int added, int gx) {}

    /**
     * Lays the layers out.
     *
     * @param boundary what is trained
     * @param weights initial parameters of all layers
     * @param parameters the trained parameters
     * @param work where they are computed, and where activations and parameters are
     * @param images most images of a batch
     */
    TailSteps(FreezeBoundary boundary, Weights weights, DeviceParameters parameters, Workspace work, int images) {
        this.operations = work.operations();
        DeviceArrays arrays = work.arrays();
        String cut = boundary.cut().name();
        FeatureShape shape = boundary.cut().outputShape();
        this.steps = Step.of(shape, FusedLayer.after(boundary.cut(), boundary.architecture()));
        this.input = arrays.take((long) images * shape.length());
        activations.put(cut, input);
        Set<String> influenced = new HashSet<>();
        Set<String> clipped = new HashSet<>();
        for (Step step : steps) {
            activations.put(
                    step.output(), arrays.take((long) images * step.out().length()));
            step.convolution().ifPresent(layer -> {
                DeviceConvolution folded = DeviceConvolution.of(FoldedKernel.of(layer, weights), work);
                convolutions.put(step.output(), folded);
                if (!boundary.isFrozen(layer.normalization())) {
                    trained.put(step.output(), new TrainedConvolution(step, layer, folded, parameters, weights, work));
                }
            });
            if (trained.containsKey(step.output())
                    || influenced.contains(step.input())
                    || step.entry().filter(influenced::contains).isPresent()) {
                influenced.add(step.output());
            }
            if (step.relu6()) {
                clipped.add(step.output());
            }
        }
        this.gradients = layOutBackward(influenced, clipped).allocate(arrays, images);
        this.room = trained.isEmpty() ? null : arrays.take(largestRoom(images));
        this.foldedGradient = trained.isEmpty() ? null : arrays.take(largestGradient());
    }

    /** A buffer of gradients is free again when the gradient of what comes before is computed. */
    private BufferPlan layOutBackward(Set<String> influenced, Set<String> clipped) {
        BufferPlan plan = new BufferPlan();
        Map<String, Integer> places = new HashMap<>();
        for (int index = steps.size() - 1; index >= 0; index--) {
            Step step = steps.get(index);
            if (!influenced.contains(step.output())) {
                continue;
            }
            // Nothing but the head reads the pooled features.
            int gy = places.computeIfAbsent(
                    step.output(), layer -> plan.take(step.out().length()));
            boolean skips = step.entry().filter(influenced::contains).isPresent();
            if (skips) {
                places.put(step.entry().orElseThrow(), gy);
            }
            int added = NONE;
            int gx = NONE;
            if (influenced.contains(step.input())) {
                // What skips a block is there already when the gradient of the block's first layer is added to it.
                added = places.getOrDefault(step.input(), NONE);
                gx = added == NONE ? plan.take(step.in().length()) : added;
                places.put(step.input(), gx);
            }
            backward.add(new Backward(step, clipped.contains(step.input()), gy, added, gx));
            if (!skips) {
                plan.give(gy);
            }
        }
        return plan;
    }

    private long largestRoom(int images) {
        return trainedSteps()
                .mapToLong(step -> Operations.gradientRoom(step, images))
                .max()
                .orElseThrow();
    }

    private long largestGradient() {
        return trainedSteps().mapToLong(Operations::gradientLength).max().orElseThrow();
    }

    private Stream<Step> trainedSteps() {
        return steps.stream().filter(step -> trained.containsKey(step.output()));
    }

    /** Where the output of the cut goes. */
    DeviceArray input() {
        return input;
    }

    /** The pooled features of the last {@link #forward}, {@code [images,features]}. */
    DeviceArray features() {
        return activations.get(Architecture.POOLING);
    }

    /** Where the gradient of the pooled features goes; 0 if no layer is trained. */
    long featuresGradient() {
        return backward.isEmpty() ? 0 : gradients.get(backward.get(0).gy()).address();
    }

    /** Input to pooled features. */
    void forward(int images) {
        for (Step step : steps) {
            operations.forward(
                    step,
                    convolutions.get(step.output()),
                    address(step.input()),
                    step.entry().map(this::address).orElse(0L),
                    address(step.output()),
                    images);
        }
    }

    private long address(String layer) {
        return activations.get(layer).address();
    }

    /** Gradient of the pooled features to those of the trained parameters. */
    void backward(int images) {
        for (Backward way : backward) {
            Step step = way.step();
            long x = address(step.input());
            long gy = gradients.get(way.gy()).address();
            TrainedConvolution convolution = trained.get(step.output());
            if (convolution != null) {
                convolution.gradients(operations, x, gy, room.address(), foldedGradient.address(), images);
            }
            if (way.gx() != NONE) {
                operations.inputGradient(
                        step,
                        convolutions.get(step.output()),
                        way.masked(),
                        x,
                        gy,
                        way.added() == NONE ? 0 : gradients.get(way.added()).address(),
                        gradients.get(way.gx()).address(),
                        images);
            }
        }
    }

    /** Folds the current parameters. */
    void fold() {
        trained.values().forEach(convolution -> convolution.fold(operations));
    }
}
