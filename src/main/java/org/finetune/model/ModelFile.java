package org.finetune.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Model files: a zip that {@code ModelSerializer.restoreComputationGraph} of any Deeplearning4j program loads, with one
 * more entry, {@code finetune.json}, for what the graph does not say.
 *
 * <p>Reading never instantiates anything that the file names: the network is built from the two numbers that define it,
 * and the parameters are read as plain floats. Deeplearning4j's own loader deserializes Java objects from the file.
 */
public final class ModelFile {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String DESCRIPTION = "finetune.json";
    private static final int FORMAT = 1;
    /** The earliest time a zip can state, so that the same model gives the same bytes. */
    private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final int MAX_DESCRIPTION_BYTES = 16 << 20;
    private static final int MAX_CLASSES = 100_000;
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(20).build())
                    .build())
            .build();

    private ModelFile() {}

    /**
     * Writes a model. The same model gives the same bytes.
     *
     * @param out where to; left open
     * @param graph the network as stock layers, with the model's parameters
     */
    public static void write(OutputStream out, SavedModel model, ComputationGraph graph) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        entry(zip, CONFIGURATION, graph.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(coefficients)) {
            Nd4j.write(graph.params(), data);
        }
        entry(zip, COEFFICIENTS, coefficients.toByteArray());
        entry(zip, DESCRIPTION, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(description(model)));
        zip.finish();
    }

    private static Map<String, Object> description(SavedModel model) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("format", FORMAT);
        description.put("network", "MobileNetV2");
        description.put("alpha", model.architecture().alpha());
        description.put("size", model.architecture().size());
        description.put("unfreeze", model.unfreeze());
        description.put("classes", model.classes());
        description.put("preprocessing", model.preprocessing());
        return description;
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(FIXED_TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /**
     * Reads a model.
     *
     * @throws FinetuneException with {@link ExitCode#MODEL} if the file is missing, damaged or not one of this tool's
     */
    public static SavedModel read(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Map<String, Object> description =
                    JSON.readValue(bytes(zip, DESCRIPTION, MAX_DESCRIPTION_BYTES), new TypeReference<>() {});
            return read(zip, description);
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw unusable(file, "there is no such file; name a directory that 'finetune train' made", e);
        } catch (IOException | IllegalArgumentException | ClassCastException | NullPointerException e) {
            throw unusable(file, e.getMessage() + "; copy it again, or train the model again", e);
        }
    }

    private static FinetuneException unusable(Path file, String reason, Exception cause) {
        return new FinetuneException(ExitCode.MODEL, "Cannot read the model '" + file + "': " + reason + ".", cause);
    }

    private static SavedModel read(ZipFile zip, Map<String, Object> description) throws IOException {
        if (!Integer.valueOf(FORMAT).equals(description.get("format"))) {
            throw new IOException("its format is " + description.get("format") + " instead of " + FORMAT);
        }
        Architecture architecture = Architecture.of(
                number(description, "alpha").doubleValue(),
                number(description, "size").intValue());
        List<String> classes = classes(description.get("classes"));
        List<KerasLayer> network = architecture.network(classes.size());
        // A little more than the values for the description of their shape.
        long expected = CoefficientLayout.length(network) * Float.BYTES + 1024;
        byte[] coefficients = bytes(zip, COEFFICIENTS, expected);
        Weights weights = CoefficientLayout.weights(
                floats(coefficients, Math.toIntExact(CoefficientLayout.length(network))), network);
        return new SavedModel(
                architecture,
                classes,
                number(description, "unfreeze").intValue(),
                stringKeys(description.get("preprocessing")),
                weights);
    }

    private static Number number(Map<String, Object> description, String key) throws IOException {
        if (description.get(key) instanceof Number number) {
            return number;
        }
        throw new IOException(DESCRIPTION + " has no number '" + key + "'");
    }

    private static List<String> classes(Object value) throws IOException {
        if (!(value instanceof List<?> list) || list.size() < 2 || list.size() > MAX_CLASSES) {
            throw new IOException(DESCRIPTION + " has no list of classes");
        }
        List<String> classes = new ArrayList<>();
        for (Object name : list) {
            if (!(name instanceof String text)) {
                throw new IOException(DESCRIPTION + " has a class whose name is no text");
            }
            classes.add(text);
        }
        return classes;
    }

    private static Map<String, Object> stringKeys(Object value) throws IOException {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IOException(DESCRIPTION + " says nothing of the preprocessing");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, entry) -> result.put(String.valueOf(key), entry));
        return result;
    }

    private static byte[] bytes(ZipFile zip, String name, long limit) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new IOException("it has no " + name);
        }
        try (var in = zip.getInputStream(entry)) {
            byte[] content = in.readNBytes(Math.toIntExact(limit) + 1);
            if (content.length > limit) {
                throw new IOException(name + " is larger than " + limit + " bytes");
            }
            // ZipFile itself checks no checksums.
            CRC32 crc = new CRC32();
            crc.update(content);
            if (crc.getValue() != entry.getCrc()) {
                throw new IOException(name + " is damaged");
            }
            return content;
        }
    }

    /** Reads what {@link Nd4j#write} wrote: the shape, then the values, each behind kind of memory, length and type. */
    private static float[] floats(byte[] coefficients, int expected) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(coefficients))) {
            in.readUTF();
            long shapeLength = in.readLong();
            if (!in.readUTF().equals("LONG") || shapeLength < 0 || shapeLength > 64) {
                throw new IOException(COEFFICIENTS + " does not begin with a shape");
            }
            in.skipNBytes(shapeLength * Long.BYTES);
            in.readUTF();
            long length = in.readLong();
            if (!in.readUTF().equals("FLOAT") || length != expected) {
                throw new IOException(COEFFICIENTS + " has " + length + " values where the network has " + expected);
            }
            float[] values = new float[expected];
            for (int i = 0; i < expected; i++) {
                values[i] = in.readFloat();
                if (!Float.isFinite(values[i])) {
                    throw new IOException(COEFFICIENTS + " has a value that is no finite number");
                }
            }
            return values;
        }
    }
}
