package org.finetune.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

class LegendTest {
    private static final Graphics2D GRAPHICS = new BufferedImage(10, 10, BufferedImage.TYPE_INT_RGB).createGraphics();

    private static XYChart chart(int curves) {
        XYChart chart = EpochChart.of("Loss", 2, Theme.LIGHT);
        for (int i = 0; i < curves; i++) {
            chart.addSeries("run " + i, new double[] {1, 2}, new double[] {i, i});
        }
        return chart;
    }

    private static List<Integer> rows(XYChart chart) {
        return Legend.of(chart, GRAPHICS, EpochChart.WIDTH).rows().stream()
                .map(List::size)
                .toList();
    }

    @Test
    void fewCurvesHaveOneRow() {
        assertEquals(List.of(3), rows(chart(3)));
    }

    @Test
    void manyCurvesHaveAsManyRowsAsTheyNeed() {
        List<Integer> rows = rows(chart(20));
        assertEquals(20, rows.stream().mapToInt(Integer::intValue).sum());
        assertTrue(rows.size() > 1 && rows.get(0) > 3, rows.toString());
    }

    @Test
    void seriesThatAreNoCurvesOfTheirOwnAreLeftOut() {
        XYChart chart = chart(3);
        XYSeries interval = chart.addSeries("interval", new double[] {1, 1}, new double[] {0, 1});
        interval.setShowInLegend(false);
        assertEquals(List.of(3), rows(chart));
    }
}
