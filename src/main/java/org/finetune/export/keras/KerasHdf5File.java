package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.finetune.model.Tensor;

/** HDF5 files as Keras lays them out: whole models of Keras 2, and the parameters within a model of Keras 3. */
final class KerasHdf5File {
    private static final String TOPOLOGY = "model_config";
    private static final String LEGACY_ROOT = "model_weights";
    private static final String LAYER_NAMES = "layer_names";
    private static final String WEIGHT_NAMES = "weight_names";
    private static final String KERAS3_ROOT = "layers";
    private static final String VARIABLES = "vars";

    private KerasHdf5File() {}

    /**
     * Writes a whole model as Keras 2 does. Its configuration has to have fewer than 60,000 characters: HDF5 cannot read longer
     * attributes.
     */
    static void writeModel(Path file, KerasTopology topology) throws IOException {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putAttribute("keras_version", "2.15.0");
            hdf.putAttribute("backend", "tensorflow");
            hdf.putAttribute(TOPOLOGY, topology.keras2().toString());
            WritableGroup root = hdf.putGroup(LEGACY_ROOT);
            root.putAttribute("keras_version", "2.15.0");
            root.putAttribute("backend", "tensorflow");
            // Keras passes over layers without parameters, whose empty lists of names jHDF cannot write.
            List<String> layers = topology.names().stream()
                    .filter(layer -> !topology.parameters(layer).isEmpty())
                    .toList();
            root.putAttribute(LAYER_NAMES, layers.toArray(String[]::new));
            for (String layer : layers) {
                WritableGroup group = root.putGroup(layer);
                Map<String, Tensor> parameters = topology.parameters(layer);
                group.putAttribute(
                        WEIGHT_NAMES,
                        parameters.keySet().stream()
                                .map(name -> layer + "/" + name + ":0")
                                .toArray(String[]::new));
                WritableGroup scope = group.putGroup(layer);
                parameters.forEach((name, tensor) -> scope.putDataset(name + ":0", nested(tensor)));
            }
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** The configuration in a model of Keras 2. */
    static String readTopology(Path file) throws IOException {
        try (HdfFile hdf = new HdfFile(file)) {
            return (String) hdf.getAttribute(TOPOLOGY).getData();
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** The parameters in a model of Keras 2 by layer, in the order of the file's lists. */
    static Map<String, List<Tensor>> readModel(Path file) throws IOException {
        Map<String, List<Tensor>> parameters = new LinkedHashMap<>();
        try (HdfFile hdf = new HdfFile(file)) {
            for (String layer : (String[])
                    hdf.getByPath(LEGACY_ROOT).getAttribute(LAYER_NAMES).getData()) {
                Group group = (Group) hdf.getByPath(LEGACY_ROOT + "/" + layer);
                String[] names = (String[]) group.getAttribute(WEIGHT_NAMES).getData();
                parameters.put(
                        layer,
                        Arrays.stream(names)
                                .map(name -> tensor(group.getDatasetByPath(name)))
                                .toList());
            }
            return parameters;
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** Writes parameters as Keras 3 does: layers by class and number. */
    static void writeWeights(Path file, KerasTopology topology) throws IOException {
        List<String> names = keras3Names(topology.classNames());
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            WritableGroup root = hdf.putGroup(KERAS3_ROOT);
            for (int layer = 0; layer < names.size(); layer++) {
                Map<String, Tensor> parameters =
                        topology.parameters(topology.names().get(layer));
                if (!parameters.isEmpty()) {
                    WritableGroup variables = root.putGroup(names.get(layer)).putGroup(VARIABLES);
                    int number = 0;
                    for (Tensor tensor : parameters.values()) {
                        variables.putDataset(Integer.toString(number++), nested(tensor));
                    }
                }
            }
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /**
     * The parameters in a model of Keras 3 by layer.
     *
     * @param topology the model's configuration, of which the names in the file follow
     */
    static Map<String, List<Tensor>> readWeights(Path file, JsonNode topology) throws IOException {
        Map<String, List<Tensor>> parameters = new LinkedHashMap<>();
        JsonNode layers = topology.at("/config/layers");
        List<String> classNames = new ArrayList<>();
        layers.forEach(layer -> classNames.add(layer.path("class_name").asText()));
        List<String> names = keras3Names(classNames);
        try (HdfFile hdf = new HdfFile(file)) {
            Group root = (Group) hdf.getByPath(KERAS3_ROOT);
            for (int layer = 0; layer < layers.size(); layer++) {
                if (root.getChild(names.get(layer)) instanceof Group group) {
                    Map<String, Node> variables = ((Group) group.getChild(VARIABLES)).getChildren();
                    List<Tensor> tensors = new ArrayList<>();
                    for (int number = 0; number < variables.size(); number++) {
                        tensors.add(tensor((Dataset) variables.get(Integer.toString(number))));
                    }
                    parameters.put(layers.path(layer).at("/config/name").asText(), tensors);
                }
            }
            return parameters;
        } catch (HdfException e) {
            throw failure(e);
        }
    }

    /** Names that Keras 3 gives layers in files: the class in snake case, and its number from the second one on. */
    private static List<String> keras3Names(List<String> classNames) {
        Map<String, Integer> counts = new HashMap<>();
        return classNames.stream()
                .map(className -> {
                    String name = className
                            .replaceAll("(?<=[a-z])(?=[A-Z][a-z])", "_")
                            .toLowerCase(Locale.ROOT);
                    int number = counts.merge(name, 1, Integer::sum) - 1;
                    return number == 0 ? name : name + "_" + number;
                })
                .toList();
    }

    private static IOException failure(HdfException e) {
        return e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
    }

    private static Tensor tensor(Dataset dataset) {
        return new Tensor(
                (float[]) dataset.getDataFlat(),
                Arrays.stream(dataset.getDimensions()).asLongStream().toArray());
    }

    /** A tensor as Java's array of arrays. */
    private static Object nested(Tensor tensor) {
        int[] shape = Arrays.stream(tensor.shape()).mapToInt(Math::toIntExact).toArray();
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
