package org.finetune.export.keras;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.model.SavedModel;

/**
 * A layers model of TensorFlow.js. Its input is {@code [N,H,W,3]}, its output {@code [N,classes]} probabilities, both
 * float32.
 *
 * @param range values of the input; pixels are scaled by a Rescaling layer
 * @param half whether parameters take 16 bits, which halves the download
 */
public record TfjsExporter(InputRange range, boolean half) implements Exporter {
    private static final String PROGRAM = "predict.html";
    private static final String MODULE = "classifier.js";

    /** Half precision has 11 significant bits; the rounding of some millions of parameters changes probabilities by that much. */
    private static final double HALF_TOLERANCE = 0.02;

    @Override
    public List<String> files() {
        return List.of(LayersModel.MODEL, LayersModel.WEIGHTS, MODULE, PROGRAM);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        return Layout.NHWC.input(model.architecture().size(), range);
    }

    @Override
    public double tolerance() {
        return half ? HALF_TOLERANCE : Exporter.super.tolerance();
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        LayersModel.write(directory, new KerasTopology(model, ImageLayer.of(range)), half);
        ExportedFiles.copy(TfjsExporter.class, MODULE, directory);
        ExportedFiles.copy(TfjsExporter.class, PROGRAM, directory);
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        KerasInterpreter interpreter = LayersModel.read(directory);
        return List.of(ExportedModel.of(images -> interpreter.run(range.of(images))));
    }
}
