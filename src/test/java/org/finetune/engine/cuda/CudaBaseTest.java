package org.finetune.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;
import org.finetune.backend.HostMemory;
import org.finetune.backend.PixelType;
import org.finetune.backend.cuda.DeviceMemoryException;
import org.finetune.backend.cuda.Gpu;
import org.finetune.engine.FrozenBase;
import org.finetune.engine.OpProfile;
import org.finetune.engine.fast.FastEngine;
import org.finetune.model.Architecture;
import org.finetune.model.Weights;
import org.finetune.testing.RandomWeights;
import org.finetune.testing.StandInDriver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The frozen part on a stand-in for a GPU. */
class CudaBaseTest {
    private static final int IMAGES = 7;
    private static final int SIZE = 48;
    private static final List<String> WANTED =
            List.of(Architecture.INPUT, "block_2_add", Architecture.LAST_ACTIVATION, Architecture.POOLING);
    private static final Architecture ARCHITECTURE = Architecture.of(0.35, SIZE);
    private static final Weights WEIGHTS = RandomWeights.of(ARCHITECTURE.network(3), 5);

    private static final byte[] PIXELS = new byte[IMAGES * SIZE * SIZE * 3];

    static {
        new Random(3).nextBytes(PIXELS);
    }

    private final Gpu gpu = StandInDriver.gpu();
    private final INDArray images =
            Nd4j.rand(DataType.FLOAT, IMAGES, SIZE, SIZE, 3).muli(2).subi(1);

    private FrozenBase base(int batchSize) {
        return new CudaEngine(gpu, ARCHITECTURE, 3, OpProfile.NONE).base(WEIGHTS, WANTED, batchSize);
    }

    @Test
    void computesWhatTheCpuDoes() {
        try (FrozenBase base = base(IMAGES);
                FrozenBase expected = new FastEngine(ARCHITECTURE, 3, OpProfile.NONE).base(WEIGHTS, WANTED, IMAGES)) {
            base.input().assign(images);
            expected.input().assign(images);
            base.run(IMAGES);
            expected.run(IMAGES);
            for (String layer : WANTED) {
                INDArray reference = expected.output(layer);
                double difference =
                        reference.sub(base.output(layer)).amaxNumber().doubleValue();
                assertEquals(0, difference, 1e-4 * reference.amaxNumber().doubleValue(), layer);
            }
        }
    }

    @Test
    void neitherPlaceNorNumberOfImagesChangesABit() {
        try (FrozenBase base = base(IMAGES);
                FrozenBase single = base(1)) {
            base.input().assign(images);
            base.run(IMAGES);
            for (int image = 0; image < IMAGES; image++) {
                single.input().assign(row(images, image));
                single.run(1);
                for (String layer : WANTED) {
                    assertArrayEquals(
                            values(single.output(layer)),
                            values(row(base.output(layer), image)),
                            layer + " of " + image);
                }
            }
        }
    }

    /** Of blocks with and without a residual sum behind them. */
    @ParameterizedTest
    @ValueSource(strings = {"block_2_add", "block_1_project_BN", "block_16_project_BN"})
    void layersAfterABlockContinueFromItsOutput(String block) {
        List<String> after = List.of(Architecture.LAST_ACTIVATION, Architecture.POOLING);
        CudaEngine engine = new CudaEngine(gpu, ARCHITECTURE, 3, OpProfile.NONE);
        try (FrozenBase whole = engine.base(
                        WEIGHTS, List.of(block, Architecture.LAST_ACTIVATION, Architecture.POOLING), IMAGES);
                FrozenBase upper = engine.base(WEIGHTS, block, after, IMAGES)) {
            whole.input().assign(images);
            whole.run(IMAGES);
            upper.input().assign(whole.output(block));
            upper.run(IMAGES);
            for (String layer : after) {
                assertArrayEquals(values(whole.output(layer)), values(upper.output(layer)), layer);
            }
        }
    }

    @Test
    void bytesThatTheDeviceScalesGiveTheBitsOfFloats() {
        try (FrozenBase base = base(IMAGES);
                Pointer bytes = base.pixels().of(PIXELS)) {
            base.load(bytes, IMAGES);
            base.run(IMAGES);
            Map<String, float[]> found = outputs(base);
            HostMemory.write(base.input(), PixelType.scaled(PIXELS));
            base.run(IMAGES);
            Map<String, float[]> expected = outputs(base);
            assertArrayEquals(PixelType.scaled(PIXELS), found.get(Architecture.INPUT));
            WANTED.forEach(layer -> assertArrayEquals(expected.get(layer), found.get(layer), layer));
        }
    }

    /**
     * Uploads go to one buffer while the other is read; the stand-in makes them as early as it may. In the second case the driver
     * says that there is memory, but then refuses it.
     */
    @ParameterizedTest
    @ValueSource(strings = {"memory=4096,free=1400", "memory=3,free=100000"})
    void batchRunsInPiecesWhereTheDeviceHasLittleMemory(String memory) {
        float[] expected;
        try (FrozenBase base = base(IMAGES)) {
            base.input().assign(images);
            base.run(IMAGES);
            expected = values(base.output(Architecture.LAST_ACTIVATION));
        }
        long before = StandInDriver.usedBytes();
        StandInDriver.configure(memory);
        try (FrozenBase base = base(IMAGES);
                Pointer bytes = base.pixels().of(PIXELS)) {
            assertTrue(StandInDriver.usedBytes() - before <= 3 << 20);
            for (int run = 0; run < 2; run++) {
                base.input().assign(images);
                base.run(IMAGES);
                assertArrayEquals(expected, values(base.output(Architecture.LAST_ACTIVATION)));
            }
            assertTrue(StandInDriver.launches("stem") > 2, "It ran in one piece");
            HostMemory.write(base.input(), PixelType.scaled(PIXELS));
            base.run(IMAGES);
            float[] fromFloats = values(base.output(Architecture.LAST_ACTIVATION));
            for (int run = 0; run < 2; run++) {
                base.load(bytes, IMAGES);
                base.run(IMAGES);
                assertArrayEquals(fromFloats, values(base.output(Architecture.LAST_ACTIVATION)));
            }
        }
    }

    @Test
    void memoryThatCannotBePinnedDoesAsWell() {
        StandInDriver.configure("pin=801");
        try (FrozenBase base = base(2)) {
            base.input().assign(images.get(NDArrayIndex.interval(0, 2)));
            base.run(2);
            assertEquals(
                    base.output(Architecture.POOLING).meanNumber().doubleValue(),
                    base.output(Architecture.LAST_ACTIVATION).meanNumber().doubleValue(),
                    1e-5);
        }
    }

    @Test
    void nothingIsLeftOnTheDevice() {
        long before = StandInDriver.usedBytes();
        base(IMAGES).close();
        assertEquals(before, StandInDriver.usedBytes());
        StandInDriver.configure("memory=1");
        assertThrows(DeviceMemoryException.class, () -> base(IMAGES));
        assertEquals(before, StandInDriver.usedBytes());
    }

    private static Map<String, float[]> outputs(FrozenBase base) {
        return WANTED.stream().collect(Collectors.toMap(layer -> layer, layer -> values(base.output(layer))));
    }

    private static INDArray row(INDArray array, int image) {
        return array.get(NDArrayIndex.interval(image, image + 1));
    }

    private static float[] values(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
