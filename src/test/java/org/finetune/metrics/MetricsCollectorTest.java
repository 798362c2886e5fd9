package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MetricsCollectorTest {
    private static final double EXACT = 1e-12;

    @Test
    void figuresAgreeWithThoseByHand() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b", "c"));
        collector.add(new float[] {0.5f, 0.25f, 0.25f}, 0);
        collector.add(new float[] {0.25f, 0.5f, 0.25f}, 0);
        collector.add(new float[] {0.25f, 0.5f, 0.25f}, 1);
        collector.add(new float[] {0.125f, 0.75f, 0.125f}, 2);
        collector.add(new float[] {0.5f, 0.25f, 0.25f}, 0);

        ClassificationMetrics metrics = collector.metrics();
        assertEquals(5, metrics.images());
        assertArrayEquals(
                new long[][] {{2, 1, 0}, {0, 1, 0}, {0, 1, 0}},
                metrics.confusion().toArray());
        assertEquals(3 / 5.0, metrics.top1(), EXACT);
        assertEquals(1, metrics.top5(), EXACT);
        // -log of 1/2, 1/4, 1/2, 1/8 and 1/2.
        assertEquals(Math.log(2) * (1 + 2 + 1 + 3 + 1) / 5, metrics.loss(), EXACT);
        assertEquals(
                new ClassMetrics("a", 1, 2 / 3.0, 0.8, 3), metrics.classes().get(0));
        assertEquals(
                new ClassMetrics("b", 1 / 3.0, 1, 0.5, 1), metrics.classes().get(1));
        assertEquals(new ClassMetrics("c", 0, 0, 0, 1), metrics.classes().get(2));
        assertEquals((0.8 + 0.5 + 0) / 3, metrics.macroF1(), EXACT);
    }

    @Test
    void topFiveCountsTheFiveMostProbable() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b", "c", "d", "e", "f"));
        float[] probabilities = {0.3f, 0.25f, 0.2f, 0.13f, 0.1f, 0.02f};
        collector.add(probabilities, 4);
        collector.add(probabilities, 5);
        assertEquals(0.5, collector.metrics().top5(), EXACT);
        assertEquals(0, collector.metrics().top1(), EXACT);
    }

    @Test
    void tiesGoToTheFirstClassInEveryFigure() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b", "c", "d", "e", "f"));
        float[] probabilities = new float[6];
        Arrays.fill(probabilities, 1 / 6f);
        for (int label = 0; label < 6; label++) {
            collector.add(probabilities, label);
        }
        assertEquals(1 / 6.0, collector.metrics().top1(), EXACT);
        assertEquals(5 / 6.0, collector.metrics().top5(), EXACT);
    }

    @Test
    void classesWithoutImagesDoNotLowerMacroF1() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        collector.add(new float[] {1, 0}, 0);
        assertEquals(1, collector.metrics().macroF1(), EXACT);
    }

    @Test
    void impossibleClassCostsABoundedLoss() {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        collector.add(new float[] {1, 0}, 1);
        assertEquals(-Math.log(1e-7), collector.metrics().loss(), EXACT);
    }

    /** A matrix with all its zeros would be 200 MB, and several are kept. */
    @Test
    void ofThousandsOfClassesZerosAreNotKept() {
        int classes = 5000;
        List<String> names =
                IntStream.range(0, classes).mapToObj(label -> "class" + label).toList();
        MetricsCollector collector = new MetricsCollector(names);
        float[] probabilities = new float[classes];
        for (int label = 0; label < classes; label++) {
            int predicted = label % 10 == 3 ? label + 1 : label;
            probabilities[predicted] = 1;
            collector.add(probabilities, label);
            probabilities[predicted] = 0;
        }
        ClassificationMetrics metrics = new MetricsCollector(names, collector.sums()).metrics();
        assertEquals(0.9, metrics.top1(), EXACT);
        assertEquals(classes, metrics.confusion().cells().size());
        assertEquals(1, metrics.confusion().count(13, 14));
        assertEquals(0, metrics.confusion().count(13, 13));
        assertEquals(0.5, metrics.classes().get(14).precision(), EXACT);
        Map<String, Object> json = MetricsJson.toMap(metrics);
        assertFalse(json.containsKey("confusion_matrix"));
        List<?> cells = (List<?>) json.get("confusion_cells");
        assertEquals(classes, cells.size());
        assertEquals(List.of(13L, 14L, 1L), cells.get(13));
    }

    @Test
    void ofAThousandClassesTheMatrixIsWrittenWhole() {
        int classes = 1000;
        Map<String, Object> json = MetricsJson.toMap(new MetricsCollector(IntStream.range(0, classes)
                        .mapToObj(label -> "class" + label)
                        .toList())
                .metrics());
        assertEquals(classes, ((long[][]) json.get("confusion_matrix")).length);
        assertFalse(json.containsKey("confusion_cells"));
    }

    @Test
    void noImagesGiveZeros() {
        ClassificationMetrics metrics = new MetricsCollector(List.of("a", "b")).metrics();
        assertEquals(0, metrics.images());
        assertEquals(0, metrics.loss());
        assertEquals(0, metrics.top1());
        assertEquals(0, metrics.macroF1());
    }
}
