package org.finetune.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.hdf5.global.hdf5;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.modelimport.keras.KerasModelImport;
import org.finetune.export.keras.KerasExporter;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Exported Keras files in Deeplearning4j's import of Keras models. */
class KerasImportTest {
    @TempDir
    private Path directory;

    /**
     * Deeplearning4j passes over it in silence if the library cannot be loaded, and fails later for a reason that says nothing.
     * Where a test before this one has started an engine, JavaCPP loads nothing unless it is told to.
     */
    @BeforeAll
    static void loadHdf5() {
        String before = System.setProperty("org.bytedeco.javacpp.loadlibraries", "true");
        try {
            Loader.load(hdf5.class);
        } finally {
            if (before == null) {
                System.clearProperty("org.bytedeco.javacpp.loadlibraries");
            } else {
                System.setProperty("org.bytedeco.javacpp.loadlibraries", before);
            }
        }
    }

    @Test
    void importedModelGivesTheSameProbabilities() throws Exception {
        SavedModel model = ExportTest.model(0.5, 75, 3);
        Tensor images = ExportTest.images(2, 75);
        Path out = directory.resolve("keras");
        new Export(new KerasExporter(InputRange.SCALED), out).write(model, images, exported -> {});
        ComputationGraph graph = KerasModelImport.importKerasModelAndWeights(
                out.resolve("model.h5").toString(), false);
        INDArray output =
                graph.outputSingle(Nd4j.createFromArray(images.values()).reshape('c', images.shape()));
        float[][] expected = ExportCheck.classify(model, images);
        for (int image = 0; image < expected.length; image++) {
            assertArrayEquals(
                    expected[image], output.getRow(image).toFloatVector(), 1e-5f, Arrays.toString(expected[image]));
        }
    }
}
