package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    private static LabeledPrediction prediction(double confidence, boolean right) {
        float[] probabilities = {(float) confidence, (float) (1 - confidence)};
        return new LabeledPrediction("photo", "", right ? 0 : 1, probabilities);
    }

    @Test
    void errorIsTheMeanDistanceOfTheBins() {
        List<LabeledPrediction> predictions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            predictions.add(prediction(0.8, i < 6));
            predictions.add(prediction(0.95, true));
        }
        Calibration calibration = Calibration.of(predictions);
        assertEquals(10, calibration.bins().size());
        Calibration.Bin eighty = calibration.bins().get(7);
        assertEquals(0.7, eighty.low(), 1e-12);
        assertEquals(10, eighty.images());
        assertEquals(0.6, eighty.accuracy());
        assertEquals(0.8, eighty.confidence(), 1e-6);
        assertEquals(0.5 * 0.2 + 0.5 * 0.05, calibration.expectedError(), 1e-6);
    }

    @Test
    void edgesBelongToABin() {
        Calibration calibration = Calibration.of(List.of(prediction(1, true), prediction(0.5, false)));
        assertEquals(1, calibration.bins().get(9).images());
        assertEquals(1, calibration.bins().get(4).images());
        assertEquals(0.25, calibration.expectedError(), 1e-9);
    }

    @Test
    void withoutImagesThereIsNoError() {
        assertEquals(0, Calibration.of(List.of()).expectedError());
    }
}
