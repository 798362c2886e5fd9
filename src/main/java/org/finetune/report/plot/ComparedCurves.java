package org.finetune.report.plot;

import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A figure of several runs, epoch by epoch over both phases.
 *
 * @param figure what is shown, such as "Validation loss"
 * @param curves one for each run
 * @param share whether the figure is a share, shown as a percentage
 */
public record ComparedCurves(String figure, List<Curve> curves, boolean share) {

    /**
     * The curve of a run.
     *
     * @param name what the legend calls the run
     * @param values by epoch, one or more
     * @param ends the epochs, from 1, after which another phase or stage begins
     */
    public record Curve(String name, List<Double> values, List<Integer> ends) {}

    Plot plot(Theme theme) {
        int epochs =
                curves.stream().mapToInt(curve -> curve.values().size()).max().orElse(1);
        XYChart chart = EpochChart.of(figure, epochs, theme);
        if (share) {
            chart.getStyler().setYAxisDecimalPattern("0%");
        }
        for (int i = 0; i < curves.size(); i++) {
            add(chart, curves.get(i), i, theme);
        }
        return ChartPainter.plot(chart, theme);
    }

    private static void add(XYChart chart, Curve curve, int run, Theme theme) {
        int epochs = curve.values().size();
        double[] x = new double[epochs];
        double[] y = new double[epochs];
        for (int i = 0; i < epochs; i++) {
            x[i] = i + 1;
            y[i] = curve.values().get(i);
        }
        ChartStyle.line(
                chart.addSeries(curve.name(), x, y),
                theme.run(run),
                epochs == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        for (int end : curve.ends()) {
            XYSeries boundary =
                    chart.addSeries(curve.name() + " boundary " + end, new double[] {end}, new double[] {y[end - 1]});
            boundary.setShowInLegend(false);
            ChartStyle.line(boundary, theme.run(run), SeriesMarkers.DIAMOND);
        }
    }
}
