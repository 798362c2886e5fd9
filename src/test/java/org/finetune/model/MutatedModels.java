package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Model files with something changed, which are refused or are the same network to everybody. */
public final class MutatedModels {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-5;

    private final SavedModel model = SmallModel.of(List.of("a", "b"));
    private final byte[] good;
    private final List<ZipViews.Patch> patches;
    private final INDArray pixels;

    /** Makes the file that is changed. */
    public MutatedModels() throws IOException {
        good = SmallModel.bytes(model, SmallModel.graph(model));
        patches = new ZipViews(good).disagreements().toList();
        int size = model.architecture().size();
        pixels = Nd4j.rand(DataType.FLOAT, 2, size, size, 3).muli(2).subi(1);
    }

    /**
     * Changes something at random and reads the file. If it is accepted, plain Deeplearning4j's two loaders make the network
     * of it that it describes.
     *
     * @param file where to write it
     */
    public void assertRefusedOrTheSame(Random random, Path file) throws IOException {
        List<String> changes = new ArrayList<>();
        byte[] content =
                switch (random.nextInt(4)) {
                    case 0 -> flipped(random, changes);
                    case 1 -> patched(random, changes);
                    case 2 -> repacked("finetune.json", random, changes);
                    default -> repacked("configuration.json", random, changes);
                };
        Files.write(file, content);
        SavedModel read;
        try {
            read = ModelFile.read(file);
        } catch (FinetuneException e) {
            assertEquals(ExitCode.MODEL, e.exitCode(), changes + ": " + e.getMessage());
            return;
        }
        INDArray expected = SmallModel.graph(read).outputSingle(pixels);
        assertSame(expected, ModelSerializer.restoreComputationGraph(file.toFile(), false), changes);
        assertSame(
                expected,
                ModelSerializer.restoreComputationGraphAndNormalizer(new ByteArrayInputStream(content), false)
                        .getFirst(),
                changes);
    }

    private void assertSame(INDArray expected, ComputationGraph graph, List<String> changes) {
        double difference =
                expected.sub(graph.outputSingle(pixels)).amaxNumber().doubleValue();
        assertEquals(0, difference, TOLERANCE, changes.toString());
    }

    private byte[] flipped(Random random, List<String> changes) {
        byte[] content = good.clone();
        int flips = 1 + random.nextInt(3);
        for (int i = 0; i < flips; i++) {
            int position = random.nextInt(content.length);
            content[position] ^= (byte) (1 << random.nextInt(8));
            changes.add("bit at " + position);
        }
        return content;
    }

    private byte[] patched(Random random, List<String> changes) {
        byte[] content = good.clone();
        ZipViews.Patch patch = patches.get(random.nextInt(patches.size()));
        patch.bytes().forEach((position, bytes) -> System.arraycopy(bytes, 0, content, position, bytes.length));
        changes.add(patch.what());
        return content;
    }

    /** The file with something else in one of its two texts, and right checksums. */
    private byte[] repacked(String entry, Random random, List<String> changes) throws IOException {
        Map<String, byte[]> entries = ZipBytes.entries(good);
        JsonNode document = JSON.readTree(entries.get(entry));
        List<ContainerNode<?>> containers = new ArrayList<>();
        collect(document, containers);
        ContainerNode<?> container = containers.get(random.nextInt(containers.size()));
        changes.add(entry + ": "
                + (container instanceof ObjectNode object
                        ? change(object, random)
                        : change((ArrayNode) container, random)));
        entries.put(entry, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document));
        return ZipBytes.zip(entries);
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
        if (node instanceof ContainerNode<?> container && !node.isEmpty()) {
            containers.add(container);
        }
        node.forEach(child -> collect(child, containers));
    }

    private static String change(ObjectNode object, Random random) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = object.get(name);
        switch (random.nextInt(8)) {
            case 0 -> {
                object.remove(name);
                return name + " removed";
            }
            case 1 -> {
                object.set(name + "2", value);
                return name + " twice";
            }
            default -> {
                JsonNode other = other(value, random);
                object.set(name, other);
                return name + " " + shortened(value) + " -> " + shortened(other);
            }
        }
    }

    private static String change(ArrayNode array, Random random) {
        int index = random.nextInt(array.size());
        JsonNode value = array.get(index);
        JsonNode other = other(value, random);
        if (random.nextInt(4) == 0) {
            array.insert(index, other);
            return "[" + index + "] " + shortened(other) + " inserted";
        }
        array.set(index, other);
        return "[" + index + "] " + shortened(value) + " -> " + shortened(other);
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.substring(0, Math.min(40, text.length()));
    }

    private static JsonNode other(JsonNode value, Random random) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(8)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.textNode("x");
            case 2 -> nodes.numberNode(-1);
            case 3 -> nodes.objectNode();
            default -> value.isNumber()
                    ? nodes.numberNode(value.asDouble() * 2 + 1)
                    : value.isBoolean()
                            ? nodes.booleanNode(!value.asBoolean())
                            : value.isTextual() ? nodes.textNode(value.asText() + "2") : nodes.numberNode(1);
        };
    }
}
