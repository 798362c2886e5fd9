package org.finetune.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClassWeightsTest {

    /** The values are those of scikit-learn 1.5's {@code compute_class_weight("balanced", ...)}. */
    @Test
    void rareClassesWeighMore() {
        assertEquals(List.of(8 / 15.0, 8 / 3.0, 8 / 6.0), ClassWeights.balanced(List.of(0, 0, 0, 0, 0, 2, 2, 1), 3));
    }

    @Test
    void equalClassesWeighOne() {
        assertEquals(List.of(1.0, 1.0), ClassWeights.balanced(List.of(1, 0, 0, 1), 2));
    }

    @Test
    void aClassWithoutExamplesIsAnError() {
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(List.of(0, 0), 2));
    }
}
