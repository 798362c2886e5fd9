package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.model.SavedModel;

/**
 * The whole model for Keras 3 ({@code model.keras}) and for Keras 2 and what reads its files ({@code model.h5}). Its input is
 * {@code [N,H,W,3]}, its output {@code [N,classes]} probabilities, both float32.
 *
 * @param range values of the input; pixels are scaled by a Rescaling layer
 */
public record KerasExporter(InputRange range) implements Exporter {
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
        input.put("range", range.bounds());
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        KerasTopology topology = new KerasTopology(model, ImageLayer.of(range));
        KerasHdf5File.writeModel(directory.resolve(KERAS2_MODEL), topology);
        Path weights = directory.resolve(WEIGHTS);
        KerasHdf5File.writeWeights(weights, topology);
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

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        return List.of(readKeras3(directory), readKeras2(directory.resolve(KERAS2_MODEL)));
    }

    private ExportedModel readKeras2(Path file) throws IOException {
        return exported(
                new KerasInterpreter(JSON.readTree(KerasHdf5File.readTopology(file)), KerasHdf5File.readModel(file)));
    }

    private ExportedModel readKeras3(Path directory) throws IOException {
        Path unpacked = directory.resolve(WEIGHTS);
        try (ZipFile zip = new ZipFile(directory.resolve(MODEL).toFile())) {
            JsonNode topology = JSON.readTree(zip.getInputStream(zip.getEntry(CONFIG)));
            Files.copy(zip.getInputStream(zip.getEntry(WEIGHTS)), unpacked);
            return exported(new KerasInterpreter(topology, KerasHdf5File.readWeights(unpacked, topology)));
        } finally {
            Files.deleteIfExists(unpacked);
        }
    }

    private ExportedModel exported(KerasInterpreter interpreter) {
        return ExportedModel.of(images -> interpreter.run(range.of(images)));
    }
}
