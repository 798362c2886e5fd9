package org.finetune.report.plot;

import java.util.List;
import org.finetune.metrics.SelectiveAccuracy;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Accuracy on the photos that are answered against the share answered; the least certain photos go unanswered first. */
public record SelectivePlot(SelectiveAccuracy curve) {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 400;
    /** With fewer photos the accuracy jumps. */
    private static final int MIN_ANSWERED = 10;

    Plot plot(Theme theme) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Fraction answered")
                .yAxisTitle("Accuracy on those answered")
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        // A little more than 1, or else the label of 100% is cut off.
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.04).setXAxisDecimalPattern("0%");
        chart.getStyler().setYAxisMax(1.0).setYAxisDecimalPattern("0%");
        List<SelectiveAccuracy.Point> points = curve.points().stream()
                .filter(point -> point.answered() >= Math.min(MIN_ANSWERED, curve.images()))
                .toList();
        if (!points.isEmpty()) {
            XYSeries line = chart.addSeries(
                    "This model",
                    points.stream().mapToDouble(curve::coverage).toArray(),
                    points.stream()
                            .mapToDouble(SelectiveAccuracy.Point::accuracy)
                            .toArray());
            ChartStyle.line(line, theme.validation(), SeriesMarkers.NONE);
        }
        return ChartPainter.plot(chart, theme);
    }
}
