package org.finetune.export.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.Layout;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;

/**
 * What the libraries of Teachable Machine load: a layers model of TensorFlow.js and {@code metadata.json}. They cut the middle
 * square out of an image and scale its values by {@code x / 127 - 1}; a first batch normalization makes
 * {@code x / 127.5 - 1} of that.
 */
public final class TeachableMachineExporter implements Exporter {
    private static final String METADATA = "metadata.json";
    private static final String PROGRAM = "predict.html";
    private static final String RESOURCE = "teachable-machine.html";

    /** Half of the range that the libraries take pixels to have. */
    private static final double HALF_RANGE = 127;

    private static final double SCALE = HALF_RANGE / 127.5;

    /** The version of TensorFlow.js that the libraries bring. */
    private static final String TFJS_VERSION = "1.3.1";

    private static final String PACKAGE = "@teachablemachine/image";
    private static final String PACKAGE_VERSION = "0.8.5";
    /** The same model gives the same bytes. */
    private static final String FIXED_TIME = "1980-01-01T00:00:00.000Z";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(LayersModel.MODEL, LayersModel.WEIGHTS, METADATA, PROGRAM);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        Map<String, Object> input = Layout.NHWC.input(model.architecture().size());
        input.put("scaling", "x / 127 - 1");
        input.put("resize", "crop");
        return input;
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        KerasTopology topology = new KerasTopology(model, List.of(ImageLayer.normalization(SCALE, SCALE - 1)));
        LayersModel.write(directory, topology, false);
        ObjectNode metadata = JSON.createObjectNode()
                .put("tfjsVersion", TFJS_VERSION)
                .put("packageVersion", PACKAGE_VERSION)
                .put("packageName", PACKAGE)
                .put("timeStamp", FIXED_TIME)
                .put("modelName", "finetune");
        metadata.putObject("userMetadata");
        metadata.set("labels", JSON.valueToTree(model.classes()));
        metadata.put("imageSize", model.architecture().size());
        Files.write(directory.resolve(METADATA), JSON.writeValueAsBytes(metadata));
        ExportedFiles.copyTo(TeachableMachineExporter.class, RESOURCE, directory.resolve(PROGRAM));
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        JsonNode metadata = JSON.readTree(directory.resolve(METADATA).toFile());
        if (!metadata.path("labels").equals(JSON.valueToTree(model.classes()))) {
            throw new IOException(METADATA + " has other labels");
        }
        KerasInterpreter interpreter = LayersModel.read(directory);
        return List.of(ExportedModel.of(images -> interpreter.run(scaled(images))));
    }

    /** Images as the libraries scale them. */
    private static Tensor scaled(Tensor images) {
        float[] values = new float[images.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((images.values()[i] + 1) * 127.5 / HALF_RANGE - 1);
        }
        return new Tensor(values, images.shape());
    }
}
