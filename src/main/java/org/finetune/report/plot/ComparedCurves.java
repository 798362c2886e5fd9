package org.finetune.report.plot;

import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
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
    private static final int WIDTH = 560;
    private static final int HEIGHT = 340;
    private static final int MOST_TICKS = 12;

    /**
     * The curve of a run.
     *
     * @param name what the legend calls the run
     * @param values by epoch, one or more
     * @param headEpochs number of epochs of phase 1; fine-tuning is drawn with markers
     */
    public record Curve(String name, List<Double> values, int headEpochs) {}

    Plot plot(Theme theme) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Epoch")
                .yAxisTitle(figure)
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        int epochs =
                curves.stream().mapToInt(curve -> curve.values().size()).max().orElse(1);
        chart.getStyler().setXAxisMin(0.5).setXAxisMax(epochs + 0.5).setXAxisDecimalPattern("0");
        chart.getStyler().setXAxisMaxLabelCount(Math.min(MOST_TICKS, epochs));
        if (share) {
            chart.getStyler().setYAxisDecimalPattern("0%");
        }
        for (int i = 0; i < curves.size(); i++) {
            add(chart, curves.get(i), i, theme);
        }
        return new Plot(WIDTH, HEIGHT, chart::paint);
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
        int head = curve.headEpochs();
        if (head > 0 && head < epochs) {
            XYSeries boundary =
                    chart.addSeries(curve.name() + " boundary", new double[] {head}, new double[] {y[head - 1]});
            boundary.setShowInLegend(false);
            ChartStyle.line(boundary, theme.run(run), SeriesMarkers.DIAMOND);
        }
    }
}
