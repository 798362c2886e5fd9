package org.finetune.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;
import org.finetune.testing.SharedMaterial;
import org.finetune.weights.KerasWeightsFile;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Reference numbers of the whole recipe, computed in float64 by an independent implementation. */
record Golden(Path directory, JsonNode settings) {

    static Golden read(Path directory) throws IOException {
        return new Golden(
                directory,
                new ObjectMapper().readTree(directory.resolve("golden.json").toFile()));
    }

    Architecture architecture() {
        return Architecture.of(
                settings.get("alpha").doubleValue(), settings.get("input_size").intValue());
    }

    int classes() {
        return settings.get("classes").size();
    }

    int batch() {
        return settings.get("batch").intValue();
    }

    int unfreeze() {
        return settings.get("unfreeze").intValue();
    }

    double learningRate(String phase) {
        return settings.get("lr_" + phase).doubleValue();
    }

    int epochs(String phase) {
        return settings.get("epochs_" + phase).intValue();
    }

    double[] losses(String phase) {
        JsonNode losses = settings.get("loss_per_step").get(phase);
        return IntStream.range(0, losses.size())
                .mapToDouble(i -> losses.get(i).doubleValue())
                .toArray();
    }

    INDArray array(String name) {
        return Nd4j.createFromNpyFile(directory.resolve(name + ".npy").toFile());
    }

    /** The images as the network takes them, {@code [N,H,W,3]}. */
    INDArray images() {
        return array("images_uint8_nhwc_rgb")
                .castTo(DataType.FLOAT)
                .divi(127.5)
                .subi(1)
                .dup('c');
    }

    int[] labels() {
        return array("labels").toIntVector();
    }

    /** The reference's pretrained parameters and initial head. */
    Weights weights() {
        INDArray kernel = array("head_kernel_init").castTo(DataType.FLOAT);
        Weights head = new Weights();
        head.put(
                Architecture.PREDICTIONS,
                "kernel",
                new Tensor(kernel.dup('c').data().asFloat(), kernel.shape()));
        head.put(Architecture.PREDICTIONS, "bias", new Tensor(new float[classes()], new long[] {classes()}));
        return KerasWeightsFile.read(SharedMaterial.imageNetWeights(), architecture())
                .weights()
                .with(head);
    }

    /** Rows {@code from} to {@code to} of an array whose first dimension counts images. */
    static INDArray rows(INDArray array, long from, long to) {
        return array.get(NDArrayIndex.interval(from, to));
    }

    int[] labels(int from, int to) {
        return Arrays.copyOfRange(labels(), from, to);
    }
}
