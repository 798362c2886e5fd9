package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FusedLayer;
import org.finetune.model.Architecture;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Layers that run on some of the images at a time, against such that run on all. */
class FrozenLayoutTest {
    private static final int SIZE = 64;
    private static final int IMAGES = 5;
    /** Of its bottlenecks some have channels that fill vectors (16, 32, 112), and some have not (8, 24, 56). */
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, SIZE);

    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(3), 7);

    /** The largest activation, of block_1_expand, has 32 x 32 x 48 values for each image. */
    @ParameterizedTest
    @CsvSource({
        "2, block_14_add",
        "1, block_14_add",
        "2, block_1_project_BN",
        "2, block_2_add",
        "2, expanded_conv_project_BN",
        "0, block_14_add",
    })
    void slicesChangeNothing(int imagesAtATime, String kept) {
        long largest = Math.max(1, imagesAtATime * 32L * 32 * 48 * Float.BYTES);
        INDArray images =
                Nd4j.rand(DataType.FLOAT, IMAGES, SIZE, SIZE, 3).muli(2).subi(1);
        Result sliced = run(images, kept, largest);
        Result whole = run(images, kept, Long.MAX_VALUE);
        for (String layer : List.of(kept, Architecture.POOLING)) {
            INDArray expected = whole.outputs().get(layer);
            double difference =
                    expected.sub(sliced.outputs().get(layer)).amaxNumber().doubleValue();
            assertEquals(0, difference, 1e-5 * expected.amaxNumber().doubleValue(), layer);
        }
        assertTrue(sliced.bytes() <= whole.bytes(), sliced.bytes() + " bytes, whole " + whole.bytes());
    }

    private record Result(Map<String, INDArray> outputs, long bytes) {}

    private static Result run(INDArray images, String kept, long largest) {
        KerasLayer first = ARCHITECTURE.layer(Architecture.INPUT);
        List<String> wanted = List.of(kept, Architecture.POOLING);
        try (Plan plan = new Plan(OpProfile.NONE);
                BufferPool outer = new BufferPool();
                BufferPool pool = new BufferPool();
                FrozenKernels kernels = new FrozenKernels(WEIGHTS)) {
            Activation input = Activation.take(outer, IMAGES, first.outputShape());
            Map<String, Activation> outputs = new HashMap<>();
            for (String layer : wanted) {
                outputs.put(
                        layer,
                        Activation.take(outer, IMAGES, ARCHITECTURE.layer(layer).outputShape()));
            }
            new FrozenLayout(plan, pool, kernels, IMAGES, largest)
                    .add(FusedLayer.after(first, ARCHITECTURE), input, outputs);
            input.nhwc().assign(images);
            plan.run();
            plan.run();
            Map<String, INDArray> copies = new HashMap<>();
            wanted.forEach(layer -> copies.put(layer, outputs.get(layer).nhwc().dup()));
            return new Result(copies, pool.bytes());
        }
    }
}
