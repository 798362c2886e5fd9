package org.finetune.report.plot;

import java.util.List;
import org.finetune.metrics.Calibration;
import org.finetune.metrics.WilsonInterval;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A reliability diagram: the share that is right against the confidence stated, with 95% intervals, and the diagonal of a
 * perfectly calibrated classifier.
 */
public record CalibrationPlot(Calibration calibration) {
    private static final int WIDTH = 460;
    private static final int HEIGHT = 400;

    Plot plot(Theme theme) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Predicted probability")
                .yAxisTitle("Fraction correct")
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        // A little more than 1, or else the label of 100% is cut off.
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.04).setXAxisDecimalPattern("0%");
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setYAxisDecimalPattern("0%");
        XYSeries ideal = chart.addSeries("Perfect", new double[] {0, 1}, new double[] {0, 1});
        ChartStyle.line(ideal, theme.ink(), SeriesMarkers.NONE);
        ideal.setLineStyle(ChartStyle.DASHED);
        List<Calibration.Bin> bins =
                calibration.bins().stream().filter(bin -> bin.images() > 0).toList();
        for (int i = 0; i < bins.size(); i++) {
            Calibration.Bin bin = bins.get(i);
            WilsonInterval interval = WilsonInterval.of(bin.hits(), bin.images());
            XYSeries bar =
                    chart.addSeries("interval " + i, new double[] {bin.confidence(), bin.confidence()}, new double[] {
                        interval.low(), interval.high()
                    });
            ChartStyle.line(bar, theme.validation(), SeriesMarkers.NONE);
            bar.setLineWidth(1);
            bar.setShowInLegend(false);
        }
        if (!bins.isEmpty()) {
            XYSeries curve = chart.addSeries(
                    "This model",
                    bins.stream().mapToDouble(Calibration.Bin::confidence).toArray(),
                    bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray());
            ChartStyle.line(curve, theme.validation(), SeriesMarkers.CIRCLE);
        }
        return ChartPainter.plot(chart, theme);
    }
}
