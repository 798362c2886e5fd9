package org.finetune.report.plot;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/**
 * The names of curves, each beside a piece of its curve, in as many rows as they need. That of XChart stands in a single
 * row, in which a name is nearer to the next curve than to its own.
 *
 * @param rows the curves of each row
 */
record Legend(List<List<XYSeries>> rows) {
    private static final int ROW_HEIGHT = 22;
    /** From the top of a row to the line on which its texts stand. */
    private static final int BASELINE = 14;
    /** From there up to the middle of small letters, where the curves run. */
    private static final int MIDDLE = 4;

    private static final int PIECE = 24;
    private static final int GAP = 7;
    private static final int BETWEEN = 24;

    /** The legend of a chart as it fits into a width in points. */
    static Legend of(XYChart chart, Graphics2D graphics, int width) {
        List<List<XYSeries>> rows = new ArrayList<>();
        double room = 0;
        for (XYSeries series : chart.getSeriesCollection()) {
            if (!series.isShowInLegend()) {
                continue;
            }
            double entry = width(series, graphics) + BETWEEN;
            if (rows.isEmpty() || room < entry) {
                rows.add(new ArrayList<>());
                room = width;
            }
            rows.get(rows.size() - 1).add(series);
            room -= entry;
        }
        return new Legend(rows);
    }

    int height() {
        return rows.size() * ROW_HEIGHT;
    }

    void paint(Graphics2D graphics, Color ink, int width, int top) {
        int baseline = top + BASELINE;
        for (List<XYSeries> row : rows) {
            double all = row.stream()
                            .mapToDouble(series -> width(series, graphics) + BETWEEN)
                            .sum()
                    - BETWEEN;
            double x = (width - all) / 2;
            for (XYSeries series : row) {
                paint(series, graphics, ink, x, baseline);
                x += width(series, graphics) + BETWEEN;
            }
            baseline += ROW_HEIGHT;
        }
    }

    private static void paint(XYSeries series, Graphics2D graphics, Color ink, double x, int baseline) {
        double middle = baseline - MIDDLE;
        // What is a single point in the chart is one here.
        if (series.getXData().length > 1) {
            graphics.setColor(series.getLineColor());
            graphics.setStroke(series.getLineStyle());
            graphics.draw(new Line2D.Double(x, middle, x + PIECE, middle));
        }
        graphics.setColor(series.getMarkerColor());
        series.getMarker().paint(graphics, x + PIECE / 2.0, middle, ChartStyle.MARKER_SIZE);
        graphics.setColor(ink);
        graphics.fill(
                text(series, graphics).getOutline(AffineTransform.getTranslateInstance(x + PIECE + GAP, baseline)));
    }

    private static double width(XYSeries series, Graphics2D graphics) {
        return PIECE + GAP + text(series, graphics).getAdvance();
    }

    private static TextLayout text(XYSeries series, Graphics2D graphics) {
        return new TextLayout(series.getLabel(), ChartStyle.FONT, graphics.getFontRenderContext());
    }
}
