package org.finetune.engine;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Probabilities as an engine leaves them, as Java arrays. */
public final class Probabilities {

    private Probabilities() {}

    /**
     * Copies the probabilities of each image. {@code INDArray.toFloatMatrix} would make an array of ND4J for each of them,
     * which takes longer than a step of the head.
     *
     * @param probabilities {@code [images,classes]} float32
     */
    public static float[][] byImage(INDArray probabilities) {
        INDArray inOrder =
                probabilities.ordering() == 'c' && !probabilities.isView() ? probabilities : probabilities.dup('c');
        FloatBuffer values = inOrder.data().asNioFloat();
        float[][] byImage = new float[inOrder.rows()][inOrder.columns()];
        for (float[] ofImage : byImage) {
            values.get(ofImage);
        }
        return byImage;
    }
}
