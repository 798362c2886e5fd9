package org.finetune.report.plot;

import java.awt.Graphics2D;
import org.knowm.xchart.XYChart;

/**
 * Draws a chart with the legend below it and, if it has a named line, with the name above it.
 *
 * @param line the line, or null
 */
record ChartPainter(XYChart chart, Theme theme, NamedLine line) implements Plot.Painter {

    /** The plot of a chart. */
    static Plot plot(XYChart chart, Theme theme) {
        return plot(chart, theme, null);
    }

    /** The plot of a chart with a line across it. */
    static Plot plot(XYChart chart, Theme theme, NamedLine line) {
        chart.getStyler().setLegendVisible(false);
        if (line != null) {
            line.addTo(chart);
        }
        return new Plot(chart.getWidth(), chart.getHeight(), new ChartPainter(chart, theme, line));
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        graphics.setColor(theme.background());
        graphics.fillRect(0, 0, width, height);
        Legend legend = Legend.of(chart, graphics, width);
        int strip = line == null ? 0 : NamedLine.STRIP;
        int bottom = height - legend.height();
        graphics.translate(0, strip);
        chart.paint(graphics, width, bottom - strip);
        graphics.translate(0, -strip);
        legend.paint(graphics, theme.ink(), width, bottom);
        if (line != null) {
            line.paintName(graphics, theme.ink(), chart.getScreenXFromChart(line.place()), width);
        }
    }
}
