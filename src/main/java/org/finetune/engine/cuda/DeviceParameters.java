package org.finetune.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.finetune.backend.cuda.CudaStream;
import org.finetune.backend.cuda.DeviceArray;
import org.finetune.engine.TailState;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * The trained parameters on the device, their gradients and Adam's moments, each in one vector. Their order is that of the CPU's
 * engine, so that either can continue from the other's state.
 */
final class DeviceParameters {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-7;

    private final CudaStream stream;
    private final Operations operations;
    private final List<Slot> slots = new ArrayList<>();
    private final int length;
    private final DeviceArray values;
    private final DeviceArray gradients;
    private final DeviceArray firstMoments;
    private final DeviceArray secondMoments;

    private int step;

    /**
     * A trained parameter.
     *
     * @param layer Keras's layer name
     * @param parameter Keras's parameter name
     * @param first place of its first value in the vectors
     * @param shape its extents
     */
    record Slot(String layer, String parameter, int first, long[] shape) {
        int length() {
            return Tensor.length(shape);
        }
    }

    /**
     * Takes in the trained parameters of the given layers: all but the moving statistics.
     *
     * @param weights initial values
     * @param work where the vectors are, and where they are updated
     */
    DeviceParameters(List<KerasLayer> layers, Weights weights, Workspace work) {
        this.stream = work.stream();
        this.operations = work.operations();
        this.length = Math.toIntExact(
                layers.stream().mapToLong(KerasLayer::trainableCount).sum());
        float[] initial = new float[length];
        int first = 0;
        for (KerasLayer layer : layers) {
            for (String parameter : layer.type().trainableNames()) {
                Tensor tensor = weights.get(layer.name(), parameter);
                System.arraycopy(tensor.values(), 0, initial, first, tensor.values().length);
                slots.add(new Slot(layer.name(), parameter, first, tensor.shape()));
                first += tensor.values().length;
            }
        }
        this.values = work.take(initial);
        this.gradients = work.arrays().take(length);
        this.firstMoments = work.take(new float[length]);
        this.secondMoments = work.take(new float[length]);
    }

    List<Slot> slots() {
        return slots;
    }

    /** Whether a parameter is trained. */
    boolean has(String layer, String parameter) {
        return slots.stream()
                .anyMatch(slot -> slot.layer().equals(layer) && slot.parameter().equals(parameter));
    }

    /** The address of the values of a trained parameter. */
    long value(String layer, String parameter) {
        return values.at(slot(layer, parameter).first());
    }

    /** The address of the gradient of a trained parameter. */
    long gradient(String layer, String parameter) {
        return gradients.at(slot(layer, parameter).first());
    }

    private Slot slot(String layer, String parameter) {
        return slots.stream()
                .filter(slot -> slot.layer().equals(layer) && slot.parameter().equals(parameter))
                .findFirst()
                .orElseThrow();
    }

    /** One step of Adam, from the gradients. */
    void update(double rate) {
        step++;
        double correction = Math.sqrt(1 - Math.pow(BETA2, step)) / (1 - Math.pow(BETA1, step));
        operations.each(
                "adam",
                length,
                values.address(),
                gradients.address(),
                firstMoments.address(),
                secondMoments.address(),
                (float) BETA1,
                (float) (1 - BETA1),
                (float) BETA2,
                (float) (1 - BETA2),
                (float) EPSILON,
                (float) (rate * correction),
                length);
    }

    float[] copy() {
        return stream.download(values.address(), length);
    }

    /** The gradients of the last step, in the order of the values. */
    float[] gradients() {
        return stream.download(gradients.address(), length);
    }

    void assign(float[] copy) {
        stream.upload(copy, values.address());
    }

    /** Values, then the first and the second moments, and the number of updates. */
    TailState state() {
        float[] moments = Arrays.copyOf(stream.download(firstMoments.address(), length), 2 * length);
        System.arraycopy(stream.download(secondMoments.address(), length), 0, moments, length, length);
        return new TailState(copy(), moments, step);
    }

    void setState(TailState state) {
        if (state.parameters().length != length || state.moments().length != 2 * length) {
            throw new IllegalArgumentException(
                    "The state of " + state.parameters().length + " parameters for " + length);
        }
        assign(state.parameters());
        stream.upload(Arrays.copyOf(state.moments(), length), firstMoments.address());
        stream.upload(Arrays.copyOfRange(state.moments(), length, 2 * length), secondMoments.address());
        step = state.step();
    }

    /** Copies the parameters into the network's weights. */
    void writeTo(Weights weights) {
        float[] copy = copy();
        for (Slot slot : slots) {
            float[] own = Arrays.copyOfRange(copy, slot.first(), slot.first() + slot.length());
            weights.put(slot.layer(), slot.parameter(), new Tensor(own, slot.shape()));
        }
    }
}
