package org.finetune.report.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;

/**
 * A confusion matrix as a heat map: the share of each true class that is taken for each class.
 *
 * @param classes names of the classes, short enough for a label
 * @param counts number of photos by true and predicted class
 */
public record ConfusionPlot(List<String> classes, long[][] counts) {
    private static final int SMALLEST = 420;
    private static final int LARGEST = 1400;
    private static final int CELL = 22;
    private static final int LABELS = 220;
    private static final int UPRIGHT_LABELS = 5;
    private static final int MOST_WITH_VALUES = 12;

    Plot plot(Theme theme) {
        int side = Math.max(SMALLEST, Math.min(LARGEST, LABELS + CELL * classes.size()));
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(side)
                .height(side)
                .xAxisTitle("Predicted class")
                .yAxisTitle("True class")
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        chart.getStyler()
                .setRangeColors(new Color[] {theme.background(), theme.full()})
                .setMin(0)
                .setMax(1)
                .setShowValue(classes.size() <= MOST_WITH_VALUES)
                .setValueFontColor(theme.ink())
                .setHeatMapValueDecimalPattern("0%")
                .setLegendVisible(false);
        chart.getStyler().setPlotContentSize(1).setPlotBorderVisible(true).setPlotBorderColor(theme.grid());
        chart.getStyler()
                .setPlotGridLinesVisible(false)
                .setYAxisLabelAlignment(TextAlignment.Right)
                .setXAxisLabelRotation(classes.size() > UPRIGHT_LABELS ? 90 : 0);
        if (classes.size() > UPRIGHT_LABELS) {
            chart.getStyler().setXAxisLabelAlignmentVertical(TextAlignment.Right);
        }
        chart.getStyler().setXAxisMaxLabelCount(classes.size());
        List<String> columns = unique();
        List<String> rows = new ArrayList<>(columns);
        // The first row is the lowest one.
        Collections.reverse(rows);
        List<Number[]> cells = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            long support = 0;
            for (long count : counts[label]) {
                support += count;
            }
            for (int predicted = 0; predicted < counts.length; predicted++) {
                double share = support == 0 ? 0 : (double) counts[label][predicted] / support;
                cells.add(new Number[] {predicted, counts.length - 1 - label, share});
            }
        }
        chart.addSeries("share", columns, rows, cells);
        return new Plot(side, side, chart::paint);
    }

    /** XChart takes equal labels for the same column. */
    private List<String> unique() {
        List<String> labels = new ArrayList<>();
        for (String name : classes) {
            String label = name;
            for (int number = 2; labels.contains(label); number++) {
                label = name + " (" + number + ")";
            }
            labels.add(label);
        }
        return labels;
    }
}
