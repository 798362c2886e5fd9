package org.finetune.report.plot;

import java.util.Collections;
import java.util.List;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A figure of both phases, epoch by epoch.
 *
 * @param figure what is shown, such as "Loss"
 * @param training by epoch
 * @param validation by epoch
 * @param headEpochs number of epochs of phase 1, after which a line divides the phases
 * @param kept the epoch whose parameters are the result, from 1, or 0 if there is none
 * @param share whether the figure is a share, shown as a percentage and up to 1
 */
public record CurvePlot(
        String figure, List<Double> training, List<Double> validation, int headEpochs, int kept, boolean share) {
    /** Half the width of the label at the line, as a share of the axis. */
    private static final double LABEL_WIDTH = 0.09;
    /** Height of its strip, as a share of the range of values. */
    private static final double LABEL_HEIGHT = 0.14;

    private static final double HIGHEST_BOTTOM = 0.9;

    Plot plot(Theme theme) {
        int epochs = training.size();
        double[] x = new double[epochs];
        for (int i = 0; i < epochs; i++) {
            x[i] = i + 1;
        }
        XYChart chart = EpochChart.of(figure, epochs, theme);
        double top = Math.max(Collections.max(training), Collections.max(validation));
        double least = Math.min(Collections.min(training), Collections.min(validation));
        // The axis of shares has some length even where all are 1.
        double bottom = share ? Math.min(HIGHEST_BOTTOM, least) : least;
        // The label of the line has a strip of its own: above a falling loss, below a rising accuracy.
        double strip = LABEL_HEIGHT * (share ? 1 - bottom : top);
        if (share) {
            chart.getStyler()
                    .setYAxisMin(Math.max(0, bottom - strip))
                    .setYAxisMax(1.0)
                    .setYAxisDecimalPattern("0%");
        } else {
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(top + strip);
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
        if (headEpochs > 0 && headEpochs < epochs) {
            chart.addAnnotation(new AnnotationLine(headEpochs + 0.5, true, false));
            double height = share ? Math.max(0, bottom - strip / 2) : top + strip / 2;
            chart.addAnnotation(
                    new AnnotationText("fine-tuning", headEpochs + 0.5 + LABEL_WIDTH * epochs, height, false));
        }
        return new Plot(EpochChart.WIDTH, EpochChart.HEIGHT, chart::paint);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
