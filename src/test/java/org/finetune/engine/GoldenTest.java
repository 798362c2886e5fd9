package org.finetune.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.finetune.backend.cuda.Gpu;
import org.finetune.engine.cuda.CudaEngine;
import org.finetune.engine.fast.FastEngine;
import org.finetune.engine.graph.GraphEngine;
import org.finetune.model.Architecture;
import org.finetune.model.FreezeBoundary;
import org.finetune.model.Weights;
import org.finetune.testing.SharedMaterial;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The engines against reference numbers of the whole recipe. */
class GoldenTest {

    static Stream<Path> goldens() {
        return SharedMaterial.goldens().stream();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void fastEngineFollowsTheReference(Path directory) throws Exception {
        Golden golden = Golden.read(directory);
        follow(golden, new FastEngine(golden.architecture(), golden.classes(), OpProfile.NONE));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void engineOnAGpuFollowsTheReference(Path directory) throws Exception {
        Golden golden = Golden.read(directory);
        Gpu gpu = StandInDriver.gpu();
        follow(golden, new CudaEngine(gpu, golden.architecture(), golden.classes(), OpProfile.NONE));
    }

    @ParameterizedTest
    @MethodSource("goldens")
    @Tag("slow")
    void graphEngineFollowsTheReference(Path directory) throws Exception {
        Golden golden = Golden.read(directory);
        follow(golden, new GraphEngine(golden.architecture(), golden.classes()));
    }

    private static void follow(Golden golden, Engine engine) {
        Architecture architecture = golden.architecture();
        FreezeBoundary head = FreezeBoundary.headOnly(architecture);
        FreezeBoundary fineTune = new FreezeBoundary(architecture, golden.unfreeze());
        Weights weights = golden.weights();

        INDArray images = golden.images();
        List<String> outputs = List.of(engine.cut(fineTune).name(), Architecture.POOLING).stream()
                .distinct()
                .toList();
        INDArray cut;
        INDArray features;
        try (FrozenBase base = engine.base(weights, outputs, (int) images.size(0))) {
            base.input().assign(images);
            base.run((int) images.size(0));
            cut = base.output(outputs.get(0)).dup();
            features = base.output(Architecture.POOLING).dup();
        }
        INDArray expected = golden.array("features").castTo(features.dataType());
        assertClose(expected, features.reshape(expected.shape()), 1e-4, "features");

        runPhase(
                golden,
                "head",
                engine,
                weights,
                head,
                engine.cut(head).name().equals(Architecture.POOLING) ? features : images);
        runPhase(golden, "finetune", engine, weights, fineTune, cut);
    }

    /** Trains the weights. */
    private static void runPhase(
            Golden golden, String phase, Engine engine, Weights weights, FreezeBoundary boundary, INDArray inputs) {
        int batch = golden.batch();
        int count = (int) inputs.size(0);
        double[] losses = golden.losses(phase);
        TailSettings settings = new TailSettings(batch, golden.learningRate(phase), 0, 0);
        try (TrainableTail tail = engine.tail(weights, boundary, settings)) {
            int step = 0;
            for (int epoch = 0; epoch < golden.epochs(phase); epoch++) {
                for (int from = 0; from < count; from += batch) {
                    int size = fill(tail, inputs, from, batch);
                    double loss = tail.fit(size, golden.labels(from, from + size), 0);
                    assertEquals(losses[step], loss, 1e-3 * losses[step], phase + " loss of step " + step);
                    step++;
                }
            }
            assertEquals(losses.length, step);
            List<INDArray> probabilities = new ArrayList<>();
            for (int from = 0; from < count; from += batch) {
                probabilities.add(tail.predict(fill(tail, inputs, from, batch)).dup());
            }
            INDArray all = Nd4j.concat(0, probabilities.toArray(INDArray[]::new));
            INDArray expected = golden.array("probabilities_after_" + phase).castTo(all.dataType());
            assertClose(expected, all, 2e-3, "probabilities after " + phase);

            tail.writeTo(weights);
        }
    }

    /** Copies the next batch into the tail's input and returns its size. */
    private static int fill(TrainableTail tail, INDArray inputs, int from, int batch) {
        int size = (int) Math.min(batch, inputs.size(0) - from);
        Golden.rows(tail.input(), 0, size).assign(Golden.rows(inputs, from, from + size));
        return size;
    }

    private static void assertClose(INDArray expected, INDArray actual, double tolerance, String what) {
        double difference = expected.sub(actual).amaxNumber().doubleValue();
        assertTrue(difference <= tolerance, what + " differ by " + difference);
    }
}
