package org.finetune.engine.fast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.finetune.backend.HostMemory;
import org.finetune.backend.ThreadLimit;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fused.FrozenPart;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A base that a team divides among itself, against one that runs a single image. */
class FastBaseTest {
    private static final int IMAGES = 5;
    private static final List<String> WANTED =
            List.of(Architecture.INPUT, "block_2_add", Architecture.LAST_ACTIVATION, Architecture.POOLING);
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, 48);
    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(3), 5);

    private static FastBase base(String input, List<String> outputs, int images) {
        return new FastBase(new FrozenPart(ARCHITECTURE, WEIGHTS, input, outputs, images), OpProfile.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8})
    void teamsChangeNothing(int threads) {
        INDArray images = Nd4j.rand(DataType.FLOAT, IMAGES, 48, 48, 3).muli(2).subi(1);
        try (ThreadLimit limit = ThreadLimit.begin(threads);
                FastBase base = base(Architecture.INPUT, WANTED, IMAGES);
                FastBase single = base(Architecture.INPUT, WANTED, 1)) {
            for (int count : new int[] {IMAGES, 2, IMAGES}) {
                base.input().assign(images);
                base.run(count);
                for (int image = 0; image < count; image++) {
                    single.input().assign(row(images, image));
                    single.run(1);
                    for (String layer : WANTED) {
                        INDArray expected = single.output(layer);
                        double difference = expected.sub(row(base.output(layer), image))
                                .amaxNumber()
                                .doubleValue();
                        assertEquals(0, difference, 1e-5 * expected.amaxNumber().doubleValue(), layer + " of " + image);
                    }
                }
                images.muli(0.5);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void partsComputeWhatTheWholeDoesToTheLastBit(int threads) throws Exception {
        int images = 4 * threads;
        INDArray given = Nd4j.rand(DataType.FLOAT, images, 48, 48, 3).muli(2).subi(1);
        try (ThreadLimit limit = ThreadLimit.begin(threads);
                FastBase base = base(Architecture.INPUT, WANTED, images)) {
            base.input().assign(given);
            base.run(images);
            Map<String, INDArray> expected = new HashMap<>();
            WANTED.forEach(layer -> expected.put(layer, base.output(layer).dup()));
            base.input().assign(0);

            List<? extends FrozenBase> parts = base.parts();
            assertEquals(threads, parts.size());
            List<CompletableFuture<Void>> runs = new ArrayList<>();
            for (FrozenBase part : parts) {
                int first = runs.size() * part.batchSize();
                INDArray own = given.get(NDArrayIndex.interval(first, first + part.batchSize()))
                        .dup();
                runs.add(CompletableFuture.runAsync(() -> {
                    HostMemory.read(own, 0, own.length(), pixels -> part.load(pixels, part.batchSize()));
                    part.run(part.batchSize());
                }));
            }
            for (int i = 0; i < parts.size(); i++) {
                runs.get(i).get();
                FrozenBase part = parts.get(i);
                int first = i * part.batchSize();
                for (String layer : WANTED) {
                    INDArray whole = expected.get(layer);
                    INDArray own = whole.get(NDArrayIndex.interval(first, first + part.batchSize()));
                    assertArrayEquals(
                            HostMemory.values(own), HostMemory.values(part.output(layer)), layer + " of part " + i);
                }
            }
        }
    }

    @Test
    void aBatchThatCannotBeDividedEquallyHasASinglePart() {
        try (ThreadLimit limit = ThreadLimit.begin(2);
                FastBase base = base(Architecture.INPUT, WANTED, IMAGES)) {
            assertEquals(List.of(base), base.parts());
        }
    }

    /** Of blocks with and without a residual sum behind them, whose channels fill vectors or not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"block_1_project_BN", "block_2_add", "block_4_add", "block_13_project_BN", "block_16_project_BN"
            })
    void layersAfterABlockContinueFromItsOutput(String block) {
        List<String> wanted = List.of(block, Architecture.LAST_ACTIVATION, Architecture.POOLING);
        List<String> after = wanted.subList(1, wanted.size());
        try (ThreadLimit limit = ThreadLimit.begin(2);
                FastBase whole = base(Architecture.INPUT, wanted, IMAGES);
                FastBase upper = base(block, after, IMAGES)) {
            whole.input()
                    .assign(Nd4j.rand(DataType.FLOAT, IMAGES, 48, 48, 3).muli(2).subi(1));
            whole.run(IMAGES);
            upper.input().assign(whole.output(block));
            for (int run = 0; run < 2; run++) {
                upper.run(IMAGES);
                assertEquals(whole.output(block), upper.input(), "The input stays as it is");
                for (String layer : after) {
                    INDArray expected = whole.output(layer);
                    double difference =
                            expected.sub(upper.output(layer)).amaxNumber().doubleValue();
                    assertEquals(0, difference, 1e-4 * expected.amaxNumber().doubleValue(), layer);
                }
            }
        }
    }

    private static INDArray row(INDArray array, int image) {
        return array.get(NDArrayIndex.interval(image, image + 1));
    }
}
