package org.finetune.export.keras;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.finetune.export.ExportCheck;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.model.KerasLayer;
import org.finetune.model.SavedModel;
import org.finetune.model.Weights;

/**
 * The whole model for Keras 3 ({@code model.keras}) and for Keras 2 and what reads its files ({@code model.h5}). Its input is
 * {@code [N,H,W,3]}, its output {@code [N,classes]} probabilities, both float32.
 */
public final class KerasExporter implements Exporter {
    private static final String MODEL = "model.keras";
    private static final String KERAS2_MODEL = "model.h5";
    private static final String PROGRAM = "predict.py";

    private static final String CONFIG = "config.json";
    private static final String METADATA = "metadata.json";
    private static final String WEIGHTS = "model.weights.h5";
    /** The earliest time a zip can state, so that the same model gives the same bytes. */
    private static final LocalDateTime FIXED_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, KERAS2_MODEL, PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        int size = model.architecture().size();
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("layout", "nhwc");
        input.put("shape", List.of("N", size, size, 3));
        input.put("range", List.of(-1, 1));
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        KerasTopology topology = new KerasTopology(model);
        KerasHdf5File.writeModel(
                directory.resolve(KERAS2_MODEL), topology.keras2().toString(), model.weights(), network(model));
        Path weights = directory.resolve(WEIGHTS);
        KerasHdf5File.writeWeights(weights, model.weights(), network(model));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(directory.resolve(MODEL)))) {
            zip.setMethod(ZipOutputStream.STORED);
            Map<String, String> metadata = Map.of("keras_version", "3.0.0");
            entry(zip, METADATA, JSON.writeValueAsBytes(metadata));
            entry(zip, CONFIG, JSON.writeValueAsBytes(topology.keras3()));
            entry(zip, WEIGHTS, Files.readAllBytes(weights));
        }
        Files.delete(weights);
        ExportedFiles.copy(KerasExporter.class, PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(FIXED_TIME);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static List<KerasLayer> network(SavedModel model) {
        return model.architecture().network(model.classes().size());
    }

    /** The parameters of both files are run as the original ones are; of the topologies it is checked that they are the network's. */
    @Override
    public ExportedModel read(SavedModel model, Path directory) throws IOException {
        KerasTopology topology = new KerasTopology(model);
        requireTopology(
                KerasHdf5File.readTopology(directory.resolve(KERAS2_MODEL)),
                topology.keras2().toString(),
                KERAS2_MODEL);
        Weights keras2 = KerasHdf5File.readModel(directory.resolve(KERAS2_MODEL), network(model));
        Path unpacked = directory.resolve(WEIGHTS);
        Weights keras3;
        try (ZipFile zip = new ZipFile(directory.resolve(MODEL).toFile())) {
            String config = new String(zip.getInputStream(zip.getEntry(CONFIG)).readAllBytes(), StandardCharsets.UTF_8);
            requireTopology(config, topology.keras3().toString(), MODEL);
            Files.copy(zip.getInputStream(zip.getEntry(WEIGHTS)), unpacked);
            keras3 = KerasHdf5File.readWeights(unpacked, network(model));
        } finally {
            Files.deleteIfExists(unpacked);
        }
        if (!keras2.equals(keras3)) {
            throw new IOException(MODEL + " and " + KERAS2_MODEL + " have different parameters");
        }
        SavedModel read =
                new SavedModel(model.architecture(), model.classes(), model.unfreeze(), model.preprocessing(), keras3);
        return images -> ExportCheck.classify(read, images);
    }

    private static void requireTopology(String found, String expected, String file) throws IOException {
        if (!found.equals(expected)) {
            throw new IOException(file + " has another network");
        }
    }
}
