package org.finetune.report.plot;

import java.util.Collections;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A figure of both phases, epoch by epoch.
 *
 * @param figure what is shown, such as "Loss"
 * @param training by epoch
 * @param validation by epoch
 * @param stages those that begin after others, each with a line before its first epoch
 * @param kept the epoch whose parameters are the result, from 1, or 0 if there is none
 * @param share whether the figure is a share, shown as a percentage and up to 1
 */
public record CurvePlot(
        String figure, List<Double> training, List<Double> validation, List<Stage> stages, int kept, boolean share) {
    private static final double HIGHEST_BOTTOM = 0.9;

    /**
     * Where a phase or a stage of it begins.
     *
     * @param before number of epochs before it
     * @param name what the line is called
     */
    public record Stage(int before, String name) {}

    Plot plot(Theme theme) {
        int epochs = training.size();
        double[] x = new double[epochs];
        for (int i = 0; i < epochs; i++) {
            x[i] = i + 1;
        }
        XYChart chart = EpochChart.of(figure, epochs, theme);
        if (share) {
            // The axis of shares has some length even where all are 1.
            double least = Math.min(Collections.min(training), Collections.min(validation));
            chart.getStyler()
                    .setYAxisMin(Math.min(HIGHEST_BOTTOM, least))
                    .setYAxisMax(1.0)
                    .setYAxisDecimalPattern("0%");
        } else {
            chart.getStyler().setYAxisMin(0.0);
        }
        ChartStyle.line(
                chart.addSeries("Training", x, array(training)),
                theme.training(),
                epochs == 1 ? SeriesMarkers.DIAMOND : SeriesMarkers.NONE);
        ChartStyle.line(chart.addSeries("Validation", x, array(validation)), theme.validation(), SeriesMarkers.CIRCLE);
        if (kept > 0) {
            double[] place = {kept};
            ChartStyle.line(
                    chart.addSeries("Kept", place, new double[] {validation.get(kept - 1)}),
                    theme.ink(),
                    SeriesMarkers.DIAMOND);
        }
        return ChartPainter.plot(
                chart,
                theme,
                stages.stream()
                        .map(stage -> new NamedLine(stage.before() + 0.5, stage.name()))
                        .toList());
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
