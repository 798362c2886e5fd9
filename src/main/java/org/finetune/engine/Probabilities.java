package org.finetune.engine;

import java.util.Arrays;
import org.finetune.backend.HostMemory;
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
        float[] values = HostMemory.values(probabilities);
        int classes = probabilities.columns();
        float[][] byImage = new float[probabilities.rows()][];
        for (int image = 0; image < byImage.length; image++) {
            byImage[image] = Arrays.copyOfRange(values, image * classes, (image + 1) * classes);
        }
        return byImage;
    }
}
