package org.finetune.export.keras;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.finetune.model.KerasLayer;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/** HDF5 files as Keras lays them out: whole models of Keras 2, and the parameters within a model of Keras 3. */
final class KerasHdf5File {
    private static final String LEGACY_ROOT = "model_weights";
    private static final String KERAS3_ROOT = "layers";

    private KerasHdf5File() {}

    /**
     * Writes a whole model as Keras 2 does.
     *
     * @param topology the network in JSON, less than 60,000 characters: HDF5 cannot read longer attributes
     */
    static void writeModel(Path file, String topology, Weights weights, List<KerasLayer> network) throws IOException {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putAttribute("keras_version", "2.15.0");
            hdf.putAttribute("backend", "tensorflow");
            hdf.putAttribute("model_config", topology);
            WritableGroup root = hdf.putGroup(LEGACY_ROOT);
            root.putAttribute("keras_version", "2.15.0");
            root.putAttribute("backend", "tensorflow");
            root.putAttribute(
                    "layer_names", network.stream().map(KerasLayer::name).toArray(String[]::new));
            for (KerasLayer layer : network) {
                WritableGroup group = root.putGroup(layer.name());
                // An empty list of names cannot be written; where there is none, Keras takes it for empty.
                if (layer.hasParameters()) {
                    List<String> names = layer.type().parameterNames();
                    group.putAttribute(
                            "weight_names",
                            names.stream()
                                    .map(name -> layer.name() + "/" + name + ":0")
                                    .toArray(String[]::new));
                    WritableGroup scope = group.putGroup(layer.name());
                    names.forEach(name -> scope.putDataset(name + ":0", nested(weights.get(layer.name(), name))));
                }
            }
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** Reads the parameters that {@link #writeModel} has written. */
    static Weights readModel(Path file, List<KerasLayer> network) throws IOException {
        Weights weights = new Weights();
        try (HdfFile hdf = new HdfFile(file)) {
            for (KerasLayer layer : network) {
                for (String name : layer.type().parameterNames()) {
                    put(
                            weights,
                            layer,
                            name,
                            hdf,
                            LEGACY_ROOT + "/" + layer.name() + "/" + layer.name() + "/" + name + ":0");
                }
            }
            return weights;
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** The topology that {@link #writeModel} has written. */
    static String readTopology(Path file) throws IOException {
        try (HdfFile hdf = new HdfFile(file)) {
            return (String) hdf.getAttribute("model_config").getData();
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** Writes parameters as Keras 3 does: layers by class and number. */
    static void writeWeights(Path file, Weights weights, List<KerasLayer> network) throws IOException {
        Map<KerasLayer, String> names = keras3Names(network);
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            WritableGroup root = hdf.putGroup(KERAS3_ROOT);
            for (KerasLayer layer : network) {
                if (layer.hasParameters()) {
                    WritableGroup variables = root.putGroup(names.get(layer)).putGroup("vars");
                    int number = 0;
                    for (String name : layer.type().parameterNames()) {
                        variables.putDataset(Integer.toString(number++), nested(weights.get(layer.name(), name)));
                    }
                }
            }
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** Reads the parameters that {@link #writeWeights} has written. */
    static Weights readWeights(Path file, List<KerasLayer> network) throws IOException {
        Map<KerasLayer, String> names = keras3Names(network);
        Weights weights = new Weights();
        try (HdfFile hdf = new HdfFile(file)) {
            for (KerasLayer layer : network) {
                int number = 0;
                for (String name : layer.type().parameterNames()) {
                    put(weights, layer, name, hdf, KERAS3_ROOT + "/" + names.get(layer) + "/vars/" + number++);
                }
            }
            return weights;
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    private static void put(Weights weights, KerasLayer layer, String parameter, HdfFile hdf, String path) {
        weights.put(
                layer.name(),
                parameter,
                new Tensor(
                        (float[]) hdf.getDatasetByPath(path).getDataFlat(),
                        layer.parameterShapes().get(parameter)));
    }

    /** Names that Keras 3 gives the layers in files: the class in snake case, and its number from the second one on. */
    private static Map<KerasLayer, String> keras3Names(List<KerasLayer> network) {
        Map<KerasLayer, String> names = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (KerasLayer layer : network) {
            String name = KerasTopology.className(layer.type())
                    .replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "_")
                    .toLowerCase(Locale.ROOT);
            int number = counts.merge(name, 1, Integer::sum) - 1;
            names.put(layer, number == 0 ? name : name + "_" + number);
        }
        return names;
    }

    private static IOException failure(HdfException e) {
        return e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
    }

    /** A tensor as Java's array of arrays. */
    private static Object nested(Tensor tensor) {
        int[] shape = new int[tensor.shape().length];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = (int) tensor.shape()[i];
        }
        Object array = Array.newInstance(float.class, shape);
        fill(array, tensor.values(), 0);
        return array;
    }

    private static int fill(Object array, float[] values, int next) {
        if (array instanceof float[] row) {
            System.arraycopy(values, next, row, 0, row.length);
            return next + row.length;
        }
        int position = next;
        for (int i = 0; i < Array.getLength(array); i++) {
            position = fill(Array.get(array, i), values, position);
        }
        return position;
    }
}
