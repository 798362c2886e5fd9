package org.finetune.export.pytorch;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportCheck;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.model.KerasLayer;
import org.finetune.model.SavedModel;
import org.finetune.model.Weights;

/**
 * Parameters for PyTorch, and a module in Python that builds torchvision's network with them. Its input is
 * {@code [N,3,H,W]}, its output {@code [N,classes]} probabilities, both float32.
 */
public final class SafetensorsExporter implements Exporter {
    private static final String MODEL = "model.safetensors";
    private static final String NETWORK = "network.py";
    private static final String PROGRAM = "predict.py";

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public List<String> files() {
        return List.of(MODEL, NETWORK, PROGRAM, ExportedFiles.PYTHON_MODULE);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        return Layout.NCHW.input(model.architecture().size(), InputRange.SCALED);
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("alpha", Double.toString(model.architecture().alpha()));
        metadata.put("labels", JSON.writeValueAsString(model.classes()));
        metadata.put("preprocessing", JSON.writeValueAsString(ExportedFiles.preprocessing(model, this)));
        new SafetensorsFile(TorchParameters.of(model.weights(), network(model)), metadata)
                .write(directory.resolve(MODEL));
        ExportedFiles.copy(SafetensorsExporter.class, NETWORK, directory);
        ExportedFiles.copy(SafetensorsExporter.class, PROGRAM, directory);
        ExportedFiles.copy(ExportedFiles.class, ExportedFiles.PYTHON_MODULE, directory);
    }

    private static List<KerasLayer> network(SavedModel model) {
        return model.architecture().network(model.classes().size());
    }

    /** The file has parameters alone, so they are run as the original ones are. */
    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        SafetensorsFile file = SafetensorsFile.read(directory.resolve(MODEL));
        Weights weights = TorchParameters.toWeights(file.tensors(), network(model));
        SavedModel read =
                new SavedModel(model.architecture(), model.classes(), model.unfreeze(), model.preprocessing(), weights);
        return List.of(images -> ExportCheck.classify(read, images));
    }
}
