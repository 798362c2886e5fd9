package org.finetune.export.dl4j;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.finetune.export.ExportedFiles;
import org.finetune.export.ExportedModel;
import org.finetune.export.Exporter;
import org.finetune.export.InputRange;
import org.finetune.export.Layout;
import org.finetune.model.GraphWeights;
import org.finetune.model.MobileNetV2;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Graphs for Deeplearning4j's {@code ModelSerializer}: the model as a run saves it, which can be trained further, and a
 * folded one, which is faster. Their input is {@code [N,H,W,3]}, their output {@code [N,classes]} probabilities, both
 * float32.
 */
public final class Dl4jExporter implements Exporter {
    private static final String FOLDED = "folded.zip";
    private static final String MODEL = "model.zip";
    private static final String PROGRAM = "Predict.java";

    @Override
    public List<String> files() {
        return List.of(FOLDED, MODEL, PROGRAM);
    }

    @Override
    public Map<String, Object> input(SavedModel model) {
        return Layout.NHWC.input(model.architecture().size(), InputRange.SCALED);
    }

    @Override
    public void write(SavedModel model, Path directory) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(FOLDED)))) {
            ModelFile.writeGraph(out, FoldedGraph.of(model));
        }
        int classes = model.classes().size();
        ComputationGraph graph = new MobileNetV2(model.architecture(), classes, 0, wanted -> model.weights()).init();
        GraphWeights.write(model.weights(), graph, model.architecture().network(classes));
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(directory.resolve(MODEL)))) {
            ModelFile.write(out, model, graph);
        }
        ExportedFiles.copy(Dl4jExporter.class, PROGRAM, directory);
    }

    @Override
    public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
        return List.of(read(directory.resolve(FOLDED)), read(directory.resolve(MODEL)));
    }

    private static ExportedModel read(Path file) throws IOException {
        ComputationGraph graph = ModelFile.readGraph(file);
        return ExportedModel.of(images -> {
            try (INDArray input = Nd4j.createFromArray(images.values()).reshape('c', images.shape());
                    INDArray output = graph.outputSingle(input);
                    INDArray ordered = output.dup('c')) {
                return new Tensor(ordered.data().asFloat(), ordered.shape());
            }
        });
    }
}
