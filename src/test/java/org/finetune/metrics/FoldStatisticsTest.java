package org.finetune.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FoldStatisticsTest {
    /** By hand: t(0.975, 2) = 4.302653, deviation 0.1, sqrt(1/3 + 1/2) = 0.912871. */
    @Test
    void intervalIsStudentsWithNadeauAndBengiosCorrection() {
        FoldStatistics statistics = new FoldStatistics(
                Stream.of(6, 7, 8).map(FoldStatisticsTest::metrics).toList());
        FoldStatistics.Spread top1 = statistics.top1();
        assertEquals(0.7, top1.mean(), 1e-12);
        assertEquals(0.1, top1.deviation(), 1e-12);
        assertEquals(0.7 - 4.302653 * 0.1 * 0.912871, top1.low(), 1e-6);
        assertEquals(1, top1.high(), "cut at the largest value that there is");
    }

    private static ClassificationMetrics metrics(int right) {
        MetricsCollector collector = new MetricsCollector(List.of("a", "b"));
        for (int photo = 0; photo < 10; photo++) {
            collector.add(new float[] {0.6f, 0.4f}, photo < right ? 0 : 1);
        }
        return collector.metrics();
    }
}
