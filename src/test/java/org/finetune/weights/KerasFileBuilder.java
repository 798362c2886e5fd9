package org.finetune.weights;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/** Writes weights files as Keras does, right ones and wrong ones. */
public final class KerasFileBuilder {
    /** Layer name to parameter name to nested array, or to whatever the test wants to be there. */
    final Map<String, Map<String, Object>> layers = new LinkedHashMap<>();

    /** The weights of a base. */
    public static KerasFileBuilder of(Architecture architecture, Weights weights) {
        KerasFileBuilder builder = new KerasFileBuilder();
        for (KerasLayer layer : withParameters(architecture)) {
            Map<String, Object> arrays = new LinkedHashMap<>();
            layer.parameterShapes().keySet().forEach(name -> arrays.put(name, nested(weights.get(layer.name(), name))));
            builder.layers.put(layer.name(), arrays);
        }
        return builder;
    }

    /** Random weights of the base; variances are positive. */
    static Weights random(Architecture architecture, long seed) {
        Random random = new Random(seed);
        Weights weights = new Weights();
        for (KerasLayer layer : withParameters(architecture)) {
            layer.parameterShapes().forEach((name, shape) -> {
                float[] values = new float[Tensor.length(shape)];
                for (int i = 0; i < values.length; i++) {
                    values[i] = random.nextFloat() + 0.01f;
                }
                weights.put(layer.name(), name, new Tensor(values, shape));
            });
        }
        return weights;
    }

    /** Keras lists the other layers too, with no arrays; jHDF cannot write the empty attribute this takes. */
    private static List<KerasLayer> withParameters(Architecture architecture) {
        return architecture.base().stream().filter(KerasLayer::hasParameters).toList();
    }

    /** Renames the layers, keeping their order. */
    KerasFileBuilder rename(UnaryOperator<String> name) {
        Map<String, Map<String, Object>> renamed = new LinkedHashMap<>();
        layers.forEach((layer, arrays) -> renamed.put(name.apply(layer), arrays));
        layers.clear();
        layers.putAll(renamed);
        return this;
    }

    public Path write(Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            writeLayers(hdf);
        }
        return file;
    }

    /** Writes a whole model, whose weights are in a group of their own. */
    Path writeModel(Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putAttribute("model_config", "{}");
            writeLayers(hdf.putGroup("model_weights"));
        }
        return file;
    }

    private void writeLayers(WritableGroup root) {
        root.putAttribute("layer_names", layers.keySet().toArray(String[]::new));
        layers.forEach((layer, arrays) -> {
            WritableGroup group = root.putGroup(layer);
            List<String> paths = new ArrayList<>();
            WritableGroup scope = group.putGroup(layer);
            arrays.forEach((name, array) -> {
                paths.add(layer + "/" + name + ":0");
                scope.putDataset(name + ":0", array);
            });
            group.putAttribute("weight_names", paths.toArray(String[]::new));
        });
    }

    /** A tensor as Java's array of arrays. */
    static Object nested(Tensor tensor) {
        int[] shape = new int[tensor.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = (int) tensor.shape()[i];
        }
        Object array = Array.newInstance(float.class, shape);
        fill(array, tensor.values(), 0);
        return array;
    }

    private static int fill(Object array, float[] values, int next) {
        int position = next;
        for (int i = 0; i < Array.getLength(array); i++) {
            if (array instanceof float[] row) {
                row[i] = values[position++];
            } else {
                position = fill(Array.get(array, i), values, position);
            }
        }
        return position;
    }
}
