package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitectureTest {

    /** Totals that {@code keras.applications.MobileNetV2(alpha=a, include_top=False).summary()} states. */
    @ParameterizedTest
    @CsvSource({"0.35, 410208, 396128", "1.0, 2257984, 2223872"})
    void parametersAreThoseOfKeras(double alpha, long total, long trainable) {
        List<KerasLayer> base = Architecture.of(alpha, 224).base();
        assertEquals(total, base.stream().mapToLong(KerasLayer::parameterCount).sum());
        assertEquals(
                trainable, base.stream().mapToLong(KerasLayer::trainableCount).sum());
    }

    @Test
    void layersAreThoseOfKeras() {
        List<KerasLayer> base = Architecture.of(1.0, 224).base();
        assertEquals(155, base.size());
        assertEquals("Conv1", base.get(1).name());
        assertEquals(new FeatureShape(112, 112, 32), base.get(1).outputShape());
        assertEquals("block_1_pad", base.get(12).name());
        assertEquals(new FeatureShape(113, 113, 96), base.get(12).outputShape());
        assertEquals("block_15_expand_BN", base.get(base.size() - 20).name());
        assertEquals(new FeatureShape(7, 7, 1280), base.get(153).outputShape());
        assertEquals("global_average_pooling2d", base.get(154).name());
        assertEquals(
                List.of("block_14_add", "block_15_project_BN"),
                Architecture.of(1.0, 224).layer("block_15_add").inputs());
    }

    @Test
    void anOddSizeIsPaddedOnBothSides() {
        Architecture architecture = Architecture.of(1.0, 65);
        assertEquals(33, architecture.layer("Conv1").outputShape().height());
        assertEquals(35, architecture.layer("block_1_pad").outputShape().height());
        assertEquals(17, architecture.layer("block_1_depthwise").outputShape().height());
    }

    @ParameterizedTest
    @CsvSource({"8.4, 8", "11, 16", "11.2, 16", "31.2, 32", "44.8, 48", "1792, 1792", "3, 8"})
    void channelsAreRoundedToMultiplesOfEight(double channels, int rounded) {
        assertEquals(rounded, Architecture.makeDivisible(channels));
    }

    @ParameterizedTest
    @CsvSource({"0.4, 224", "1.0, 31", "1.0, 1025"})
    void whatIsOutOfRangeIsRefused(double alpha, int size) {
        assertThrows(IllegalArgumentException.class, () -> Architecture.of(alpha, size));
    }
}
