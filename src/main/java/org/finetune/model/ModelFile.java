package org.finetune.model;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Model files: a zip that {@code ModelSerializer.restoreComputationGraph} of any Deeplearning4j program loads, with one
 * more entry, {@code finetune.json}, for what the graph does not say.
 *
 * <p>Files may come from anywhere and are not trusted. Reading never instantiates anything that the file names: the network
 * is built from the two numbers that define it, and the parameters are read as plain floats. Deeplearning4j's own loader
 * deserializes Java objects from the file, so one that would do harm there is refused too.
 */
public final class ModelFile {
    private static final String CONFIGURATION = "configuration.json";
    private static final String COEFFICIENTS = "coefficients.bin";
    private static final String DESCRIPTION = "finetune.json";
    private static final String MOVING_VARIANCE = "moving_variance";
    /**
     * A time that a zip states without a time zone, so that the same model gives the same bytes. Of the earliest that there is,
     * Java writes the moment too, in UTC.
     */
    private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    /** What ND4J writes before numbers: kind of memory, and, behind their number, their type. */
    private static final String ND4J_MEMORY = "MIXED_DATA_TYPES";

    private static final String ND4J_LONGS = "LONG";
    private static final String ND4J_FLOATS = "FLOAT";

    /** Bit of ND4J's description of an array that says it has float32 values. */
    private static final long ND4J_FLOAT = 0x2000;

    /** Bytes that the coefficients take beyond the values, for the description of their shape. */
    private static final int MAX_HEADER_BYTES = 1024;

    private ModelFile() {}

    /**
     * Writes a model as Deeplearning4j would write the graph with its parameters and nothing frozen, without making that. The
     * same model gives the same bytes.
     *
     * @param out where to; left open
     * @param graph what the network is as stock layers
     */
    public static void write(OutputStream out, SavedModel model, TransferGraph graph) throws IOException {
        byte[] coefficients = coefficients(
                model.weights(), model.architecture().network(model.classes().size()));
        write(archive(out, graph.configuration(), coefficients), model);
    }

    /**
     * Writes a model with a graph of its own. The same model gives the same bytes.
     *
     * @param out where to; left open
     * @param graph the network as stock layers, with the model's parameters
     */
    public static void write(OutputStream out, SavedModel model, ComputationGraph graph) throws IOException {
        write(graph(out, graph), model);
    }

    private static void write(ZipOutputStream zip, SavedModel model) throws IOException {
        entry(zip, DESCRIPTION, ModelDescription.of(model).toJson());
        zip.finish();
    }

    /**
     * Writes a graph that is no model of this tool, so that Deeplearning4j can load it.
     *
     * @param out where to; left open
     */
    public static void writeGraph(OutputStream out, ComputationGraph graph) throws IOException {
        graph(out, graph).finish();
    }

    private static ZipOutputStream graph(OutputStream out, ComputationGraph graph) throws IOException {
        ByteArrayOutputStream coefficients = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(coefficients)) {
            Nd4j.write(graph.params(), data);
        }
        byte[] configuration = graph.getConfiguration().toJson().getBytes(StandardCharsets.UTF_8);
        return archive(out, configuration, coefficients.toByteArray());
    }

    private static ZipOutputStream archive(OutputStream out, byte[] configuration, byte[] coefficients)
            throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        // Trained parameters hardly get smaller with more effort.
        zip.setLevel(Deflater.BEST_SPEED);
        entry(zip, CONFIGURATION, configuration);
        entry(zip, COEFFICIENTS, coefficients);
        return zip;
    }

    /** What {@link Nd4j#write} writes of the parameters as one vector: its shape, then its values. */
    private static byte[] coefficients(Weights weights, List<KerasLayer> network) throws IOException {
        long length = CoefficientLayout.length(network);
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(shape)) {
            List<Long> vector = vector(length);
            writeLength(out, vector.size(), ND4J_LONGS);
            for (long number : vector) {
                out.writeLong(number);
            }
            writeLength(out, length, ND4J_FLOATS);
        }
        ByteBuffer coefficients = ByteBuffer.allocate(Math.toIntExact(shape.size() + length * Float.BYTES));
        coefficients.put(shape.toByteArray());
        CoefficientLayout.write(weights, network, coefficients.asFloatBuffer());
        return coefficients.array();
    }

    /**
     * Reads the graph of a file that was written by {@link #write} or {@link #writeGraph} just now. Of a file from elsewhere
     * {@link #read} has to be asked.
     *
     * @throws IOException if it cannot be read
     */
    public static ComputationGraph readGraph(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream configuration = zip.getInputStream(zip.getEntry(CONFIGURATION));
                DataInputStream coefficients =
                        new DataInputStream(new BufferedInputStream(zip.getInputStream(zip.getEntry(COEFFICIENTS))))) {
            ComputationGraph graph = new ComputationGraph(ComputationGraphConfiguration.fromJson(
                    new String(configuration.readAllBytes(), StandardCharsets.UTF_8)));
            graph.init(Nd4j.read(coefficients), false);
            return graph;
        }
    }

    /**
     * Writes a copy of a model file whose classes have other names. It is the same as if the model had been written with them.
     *
     * @param names as many as there are classes, in the order of the outputs
     * @param out where to; left open
     * @throws IOException if the file cannot be used, or a name cannot be that of a class
     */
    public static void rename(Path file, List<String> names, OutputStream out) throws IOException {
        try (ModelArchive archive = new ModelArchive(file, List.of(CONFIGURATION, COEFFICIENTS, DESCRIPTION))) {
            ModelDescription description =
                    ModelDescription.parse(archive.read(DESCRIPTION, ModelArchive.HARMLESS_BYTES));
            if (names.size() != description.classes().size()) {
                throw new IllegalArgumentException(
                        names.size() + " names for " + description.classes().size() + " classes");
            }
            ZipOutputStream zip = new ZipOutputStream(out);
            zip.setLevel(Deflater.BEST_SPEED);
            entry(zip, CONFIGURATION, archive.read(CONFIGURATION, ModelArchive.HARMLESS_BYTES));
            entry(zip, COEFFICIENTS, archive.read(COEFFICIENTS, Integer.MAX_VALUE));
            entry(zip, DESCRIPTION, description.withClasses(names).toJson());
            zip.finish();
        }
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
        try (ModelArchive archive = new ModelArchive(file, List.of(CONFIGURATION, COEFFICIENTS, DESCRIPTION))) {
            return read(archive);
        } catch (NoSuchFileException e) {
            throw unusable(file, "no such file; give a directory written by 'finetune train'", e);
        } catch (IOException e) {
            throw unusable(file, e.getMessage() + "; copy it again, or train the model again", e);
        }
    }

    private static FinetuneException unusable(Path file, String reason, Exception cause) {
        return new FinetuneException(ExitCode.MODEL, "Cannot read the model '" + file + "': " + reason + ".", cause);
    }

    private static SavedModel read(ModelArchive archive) throws IOException {
        ModelDescription description = ModelDescription.parse(archive.read(DESCRIPTION, ModelArchive.HARMLESS_BYTES));
        List<KerasLayer> network =
                description.architecture().network(description.classes().size());
        ModelConfiguration.check(archive.read(CONFIGURATION, ModelConfiguration.MAX_BYTES), network);
        int length = Math.toIntExact(CoefficientLayout.length(network));
        byte[] coefficients = archive.read(COEFFICIENTS, (long) length * Float.BYTES + MAX_HEADER_BYTES);
        Weights weights = CoefficientLayout.weights(floats(coefficients, length), network);
        checkVariances(weights, network);
        return new SavedModel(
                description.architecture(),
                description.classes(),
                description.unfreeze(),
                description.preprocessing(),
                weights);
    }

    /** Checks that batch normalization takes no root of a negative number. */
    private static void checkVariances(Weights weights, List<KerasLayer> network) throws IOException {
        for (KerasLayer layer : network) {
            if (layer.type() == LayerType.BATCH_NORMALIZATION) {
                for (float variance : weights.get(layer.name(), MOVING_VARIANCE).values()) {
                    if (variance < 0) {
                        throw new IOException(
                                COEFFICIENTS + " has a negative " + MOVING_VARIANCE + " in " + layer.name());
                    }
                }
            }
        }
    }

    /**
     * Reads what {@link Nd4j#write} wrote of a row of numbers: its shape, then the values, each behind kind of memory, length
     * and type. Anything else, which Deeplearning4j might read in another way, is refused.
     */
    private static float[] floats(byte[] coefficients, int expected) throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(coefficients);
        try (DataInputStream in = new DataInputStream(bytes)) {
            if (!isRow(in, expected)) {
                throw new IOException(COEFFICIENTS + " does not begin with the shape of " + expected + " numbers");
            }
            if (length(in, ND4J_FLOATS) != expected || bytes.available() != (long) expected * Float.BYTES) {
                throw new IOException(COEFFICIENTS + " does not have the " + expected + " values of the network");
            }
            float[] values = new float[expected];
            ByteBuffer.wrap(coefficients, coefficients.length - bytes.available(), bytes.available())
                    .asFloatBuffer()
                    .get(values);
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw new IOException(COEFFICIENTS + " has a value that is not finite");
                }
            }
            return values;
        } catch (EOFException | UTFDataFormatException e) {
            throw new IOException(COEFFICIENTS + " is damaged", e);
        }
    }

    /** Whether ND4J's description of a float32 array of shape [length] or [1, length] follows. */
    private static boolean isRow(DataInputStream in, int length) throws IOException {
        List<List<Long>> rows = List.of(
                vector(length),
                List.of(2L, 1L, (long) length, 1L, 1L, ND4J_FLOAT, 1L, (long) 'c'),
                List.of(2L, 1L, (long) length, (long) length, 1L, ND4J_FLOAT, 1L, (long) 'c'));
        long numbers = length(in, ND4J_LONGS);
        if (rows.stream().noneMatch(row -> row.size() == numbers)) {
            return false;
        }
        List<Long> description = new ArrayList<>();
        for (int i = 0; i < numbers; i++) {
            description.add(in.readLong());
        }
        return rows.contains(description);
    }

    /** ND4J's description of a float32 vector: rank, shape, strides, type, stride of the elements, order. */
    private static List<Long> vector(long length) {
        return List.of(1L, length, 1L, ND4J_FLOAT, 1L, (long) 'c');
    }

    /** Writes what {@link #length} reads. */
    private static void writeLength(DataOutputStream out, long length, String type) throws IOException {
        out.writeUTF(ND4J_MEMORY);
        out.writeLong(length);
        out.writeUTF(type);
    }

    /**
     * Reads kind of memory, length and type before numbers.
     *
     * @return the length, or -1 if kind or type are others
     */
    private static long length(DataInputStream in, String type) throws IOException {
        boolean plain = in.readUTF().equals(ND4J_MEMORY);
        long length = in.readLong();
        return in.readUTF().equals(type) && plain ? length : -1;
    }
}
