package org.finetune.cli;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A program as somebody would write it who has Deeplearning4j and a saved model but not this project: it may use nothing
 * of {@code org.finetune}. Prints the probabilities of each image on a line.
 *
 * <p>Arguments: the model, a file with the pixels as big-endian float32 {@code [N,H,W,3]}, and the three sizes N, H, W.
 */
final class PlainReload {
    private PlainReload() {}

    public static void main(String[] arguments) throws IOException {
        ComputationGraph graph = ModelSerializer.restoreComputationGraph(new File(arguments[0]), false);
        long images = Long.parseLong(arguments[2]);
        long height = Long.parseLong(arguments[3]);
        long width = Long.parseLong(arguments[4]);
        float[] values = new float[Math.toIntExact(images * height * width * 3)];
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(Path.of(arguments[1]))))) {
            for (int i = 0; i < values.length; i++) {
                values[i] = in.readFloat();
            }
        }
        INDArray pixels = Nd4j.createFromArray(values).reshape('c', images, height, width, 3);
        for (float[] row : graph.outputSingle(pixels).toFloatMatrix()) {
            StringBuilder line = new StringBuilder();
            for (float probability : row) {
                line.append(probability).append(' ');
            }
            System.out.println(line.toString().trim());
        }
    }
}
