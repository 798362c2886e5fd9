package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.export.ReproducibleZip;
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

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, KERAS2_MODEL, PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        return Layout.NHWC.input(model.architecture().size(), range);
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        KerasTopology topology = new KerasTopology(model, ImageLayer.of(range));
        KerasHdf5File.writeModel(directory.resolve(KERAS2_MODEL), topology);
        Path weights = directory.resolve(WEIGHTS);
        KerasHdf5File.writeWeights(weights, topology);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(directory.resolve(MODEL)))) {
            Map<String, String> metadata = Map.of("keras_version", "3.0.0");
            ReproducibleZip.store(zip, METADATA, JSON.writeValueAsBytes(metadata));
            ReproducibleZip.store(zip, CONFIG, JSON.writeValueAsBytes(topology.keras3()));
            ReproducibleZip.store(zip, WEIGHTS, Files.readAllBytes(weights));
        }
        Files.delete(weights);
        ExportedFiles.copy(KerasExporter.class, PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
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
