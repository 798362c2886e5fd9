package org.finetune.report.plot;

import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** A chart without curves whose x axis counts epochs from 1. */
final class EpochChart {
    static final int WIDTH = 560;
    static final int HEIGHT = 340;
    private static final int MOST_TICKS = 12;

    private EpochChart() {}

    /**
     * Makes one.
     *
     * @param figure what its y axis shows, such as "Loss"
     * @param epochs number of epochs
     */
    static XYChart of(String figure, int epochs, Theme theme) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Epoch")
                .yAxisTitle(figure)
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        chart.getStyler().setXAxisMin(0.5).setXAxisMax(epochs + 0.5).setXAxisDecimalPattern("0");
        chart.getStyler().setXAxisMaxLabelCount(Math.min(MOST_TICKS, epochs));
        return chart;
    }
}
