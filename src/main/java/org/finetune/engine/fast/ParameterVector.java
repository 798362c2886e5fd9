package org.finetune.engine.fast;

import java.util.ArrayList;
import java.util.List;
import org.finetune.backend.HostMemory;
import org.finetune.engine.TailState;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The trained parameters, their gradients and Adam's moments, each in one flat vector, so that few operations update all. */
final class ParameterVector implements AutoCloseable {
    private final List<Slot> slots = new ArrayList<>();
    private final INDArray values;
    private final INDArray gradients;
    private final INDArray firstMoments;
    private final INDArray secondMoments;
    /** Of ranges that together are all. */
    private final List<Adam> updates = new ArrayList<>();

    private int step;

    /**
     * A trained parameter.
     *
     * @param layer Keras's layer name
     * @param parameter Keras's parameter name
     * @param value its values; a view
     * @param gradient the gradient of the loss; a view
     */
    record Slot(String layer, String parameter, INDArray value, INDArray gradient) {}

    /**
     * Takes in the trained parameters of the given layers: all but the moving statistics.
     *
     * @param weights initial values
     * @param parts number of parts in which they are updated
     */
    ParameterVector(List<KerasLayer> layers, Weights weights, int parts) {
        long length = layers.stream().mapToLong(KerasLayer::trainableCount).sum();
        values = Nd4j.create(DataType.FLOAT, new long[] {length}, 'c');
        gradients = Nd4j.create(DataType.FLOAT, new long[] {length}, 'c');
        firstMoments = Nd4j.create(DataType.FLOAT, new long[] {length}, 'c');
        secondMoments = Nd4j.create(DataType.FLOAT, new long[] {length}, 'c');
        long offset = 0;
        for (KerasLayer layer : layers) {
            for (String parameter : layer.type().trainableNames()) {
                Tensor tensor = weights.get(layer.name(), parameter);
                long end = offset + tensor.values().length;
                Slot slot = new Slot(
                        layer.name(),
                        parameter,
                        values.get(NDArrayIndex.interval(offset, end)).reshape('c', tensor.shape()),
                        gradients.get(NDArrayIndex.interval(offset, end)).reshape('c', tensor.shape()));
                slot.value().assign(Nd4j.createFromArray(tensor.values()).reshape('c', tensor.shape()));
                slots.add(slot);
                offset = end;
            }
        }
        for (int part = 0; part < parts; part++) {
            INDArrayIndex range = NDArrayIndex.interval(length * part / parts, length * (part + 1) / parts);
            updates.add(new Adam(
                    values.get(range), gradients.get(range), firstMoments.get(range), secondMoments.get(range)));
        }
    }

    List<Slot> slots() {
        return slots;
    }

    /** The slot of a parameter, or null if it is not trained. */
    Slot slot(String layer, String parameter) {
        return slots.stream()
                .filter(slot -> slot.layer().equals(layer) && slot.parameter().equals(parameter))
                .findFirst()
                .orElse(null);
    }

    /** The next step of Adam, from the gradients, which it uses up: a plan for each part, all of which are to be run. */
    List<Plan> nextUpdate(double learningRate) {
        List<Plan> plans =
                updates.stream().map(update -> update.plan(step, learningRate)).toList();
        step++;
        return plans;
    }

    float[] copy() {
        return HostMemory.values(values);
    }

    void assign(float[] copy) {
        HostMemory.write(values, copy);
    }

    /** Values, then the first and the second moments, and the number of updates. */
    TailState state() {
        int length = Math.toIntExact(values.length());
        float[] moments = new float[2 * length];
        HostMemory.read(firstMoments, moments, 0, length);
        HostMemory.read(secondMoments, moments, length, length);
        return new TailState(copy(), moments, step);
    }

    void setState(TailState state) {
        int length = Math.toIntExact(values.length());
        if (state.parameters().length != length || state.moments().length != 2 * length) {
            throw new IllegalArgumentException(
                    "The state of " + state.parameters().length + " parameters for " + length);
        }
        assign(state.parameters());
        HostMemory.write(firstMoments, 0, state.moments(), 0, length);
        HostMemory.write(secondMoments, 0, state.moments(), length, length);
        step = state.step();
    }

    /** Copies the parameters into the network's weights. */
    void writeTo(Weights weights) {
        for (Slot slot : slots) {
            float[] copy = HostMemory.values(slot.value());
            weights.put(
                    slot.layer(),
                    slot.parameter(),
                    new Tensor(copy, slot.value().shape()));
        }
    }

    @Override
    public void close() {
        updates.forEach(Adam::close);
        values.close();
        gradients.close();
        firstMoments.close();
        secondMoments.close();
    }
}
