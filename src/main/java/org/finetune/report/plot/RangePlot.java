package org.finetune.report.plot;

import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The loss over the learning rate, as a range test finds it.
 *
 * @param rates learning rate of each step, rising
 * @param losses loss of each step's batch
 * @param smoothed the same, smoothed
 * @param top losses above this are cut off
 * @param suggested the learning rate to mark
 * @param name what stands above the mark
 */
public record RangePlot(double[] rates, double[] losses, double[] smoothed, double top, double suggested, String name) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 340;
    /** Of the curve that is mostly noise, in points. */
    private static final float BATCH_WIDTH = 0.8f;

    Plot plot(Theme theme) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Learning rate")
                .yAxisTitle("Loss")
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        chart.getStyler().setXAxisLogarithmic(true).setYAxisMax(top).setYAxisMin(0.0);
        XYSeries batches = chart.addSeries("Batch", rates, losses);
        ChartStyle.line(batches, theme.validation(), SeriesMarkers.NONE);
        batches.setLineWidth(BATCH_WIDTH);
        ChartStyle.line(chart.addSeries("Smoothed", rates, smoothed), theme.training(), SeriesMarkers.NONE);
        return ChartPainter.plot(chart, theme, List.of(new NamedLine(suggested, name)));
    }
}
