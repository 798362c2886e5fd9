package org.finetune.report.plot;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.finetune.metrics.ConfusionMatrix;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;

/**
 * A confusion matrix as a heat map: the share of each true class that is taken for each class. Of many classes it shows
 * those that are confused most, with any class.
 *
 * @param classes names of the classes, short enough for a label
 * @param confusion numbers of photos
 */
public record ConfusionPlot(List<String> classes, ConfusionMatrix confusion) {
    private static final int SMALLEST = 420;
    private static final int LARGEST = 1400;
    private static final int CELL = 22;
    private static final int LABELS = 220;
    private static final int UPRIGHT_LABELS = 5;
    private static final int MOST_WITH_VALUES = 12;
    private static final int MOST_CLASSES = 60;

    Plot plot(Theme theme) {
        int[] shown = shown();
        String all = shown.length == classes.size()
                ? ""
                : String.format(Locale.ROOT, " (the %d of %,d most confused classes)", shown.length, classes.size());
        int side = Math.max(SMALLEST, Math.min(LARGEST, LABELS + CELL * shown.length));
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(side)
                .height(side)
                .xAxisTitle("Predicted class" + all)
                .yAxisTitle("True class")
                .build();
        ChartStyle.apply(chart.getStyler(), theme);
        chart.getStyler()
                .setRangeColors(new Color[] {theme.background(), theme.full()})
                .setMin(0)
                .setMax(1)
                .setShowValue(shown.length <= MOST_WITH_VALUES)
                .setValueFontColor(theme.ink())
                .setHeatMapValueDecimalPattern("0%")
                .setLegendVisible(false);
        chart.getStyler().setPlotContentSize(1).setPlotBorderVisible(true).setPlotBorderColor(theme.grid());
        chart.getStyler()
                .setPlotGridLinesVisible(false)
                .setYAxisLabelAlignment(TextAlignment.Right)
                .setXAxisLabelRotation(shown.length > UPRIGHT_LABELS ? 90 : 0);
        if (shown.length > UPRIGHT_LABELS) {
            chart.getStyler().setXAxisLabelAlignmentVertical(TextAlignment.Right);
        }
        chart.getStyler().setXAxisMaxLabelCount(shown.length);
        List<String> columns = unique(shown);
        List<String> rows = new ArrayList<>(columns);
        // The first row is the lowest one.
        Collections.reverse(rows);
        long[] support = new long[confusion.classes()];
        confusion.cells().forEach(cell -> support[cell.label()] += cell.count());
        List<Number[]> cells = new ArrayList<>();
        for (int row = 0; row < shown.length; row++) {
            for (int column = 0; column < shown.length; column++) {
                long count = confusion.count(shown[row], shown[column]);
                double share = count == 0 ? 0 : (double) count / support[shown[row]];
                cells.add(new Number[] {column, shown.length - 1 - row, share});
            }
        }
        chart.addSeries("share", columns, rows, cells);
        return new Plot(side, side, chart::paint);
    }

    /** The labels of the classes that are shown, in order. */
    int[] shown() {
        long[] confusions = new long[confusion.classes()];
        for (ConfusionMatrix.Cell cell : confusion.cells()) {
            if (!cell.correct()) {
                confusions[cell.label()] += cell.count();
                confusions[cell.predicted()] += cell.count();
            }
        }
        return IntStream.range(0, confusions.length)
                .boxed()
                .sorted(Comparator.comparing((Integer label) -> confusions[label])
                        .reversed())
                .limit(MOST_CLASSES)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    /** XChart takes equal labels for the same column. */
    private List<String> unique(int[] shown) {
        List<String> labels = new ArrayList<>();
        for (int index : shown) {
            String name = classes.get(index);
            String label = name;
            for (int number = 2; labels.contains(label); number++) {
                label = name + " (" + number + ")";
            }
            labels.add(label);
        }
        return labels;
    }
}
