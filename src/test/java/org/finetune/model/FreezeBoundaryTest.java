package org.finetune.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreezeBoundaryTest {
    private final Architecture architecture = Architecture.of(1.0, 96);

    @ParameterizedTest
    @CsvSource({
        "0, global_average_pooling2d, global_average_pooling2d",
        "1, out_relu, global_average_pooling2d",
        "2, Conv_1_bn, global_average_pooling2d",
        "3, Conv_1, block_16_project_BN",
        "4, block_16_project_BN, block_16_project_BN",
        "9, block_16_expand_relu, block_15_add",
        "19, block_15_expand_BN, block_14_add",
        "20, block_15_expand, block_14_add",
        "21, block_14_add, block_14_add",
        "22, block_14_project_BN, block_14_add",
        "23, block_14_project, block_13_project_BN",
        "37, block_13_expand_BN, block_12_add",
        "153, Conv1, input_1",
        "155, input_1, input_1",
        "2147483647, input_1, input_1"
    })
    void theCutIsTheNearestBottleneckBelow(int unfreeze, String lastFrozen, String cut) {
        FreezeBoundary boundary = new FreezeBoundary(architecture, unfreeze);
        assertEquals(lastFrozen, boundary.lastFrozen().name());
        assertEquals(cut, boundary.cut().name());
    }

    @Test
    void layersCountFromThePoolingBack() {
        FreezeBoundary boundary = new FreezeBoundary(architecture, 20);
        assertTrue(boundary.isFrozen(architecture.layer("block_15_expand")));
        assertFalse(boundary.isFrozen(architecture.layer("block_15_expand_BN")));
        assertFalse(boundary.isFrozen(architecture.head(5).get(1)));
        assertTrue(boundary.trainsBase());
        assertFalse(new FreezeBoundary(architecture, 2).trainsBase());
    }
}
