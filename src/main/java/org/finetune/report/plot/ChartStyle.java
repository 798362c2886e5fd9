package org.finetune.report.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.Marker;

/** The look that all plots share: little ink, and nothing that is no data. */
final class ChartStyle {
    static final BasicStroke DASHED =
            new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {5, 4}, 0);

    static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final int MARKER_SIZE = 6;

    private static final float LINE_WIDTH = 2.2f;

    private ChartStyle() {}

    static void apply(AxesChartStyler styler, Theme theme) {
        styler.setChartBackgroundColor(theme.background())
                .setChartFontColor(theme.ink())
                .setChartTitleVisible(false)
                .setChartPadding(6)
                .setPlotBackgroundColor(theme.background())
                .setPlotBorderVisible(false)
                .setAnnotationLineColor(theme.ink())
                .setAnnotationLineStroke(DASHED)
                .setMarkerSize(MARKER_SIZE);
        styler.setAxisTickLabelsColor(theme.ink())
                .setAxisTickMarksColor(theme.grid())
                .setPlotGridLinesColor(theme.grid())
                .setPlotGridLinesStroke(new BasicStroke(1f))
                .setPlotGridVerticalLinesVisible(false)
                .setAxisTicksLineVisible(false)
                .setAxisTicksMarksVisible(false)
                .setAxisTickLabelsFont(FONT)
                .setAxisTitleFont(FONT);
        styler.setXAxisTitleColor(theme.ink()).setYAxisTitleColor(theme.ink());
        styler.setYAxisDecimalPattern("0.###");
    }

    static void line(XYSeries series, Color color, Marker marker) {
        series.setLineColor(color);
        series.setLineWidth(LINE_WIDTH);
        series.setMarker(marker);
        series.setMarkerColor(color);
    }
}
