package org.finetune.report.plot;

import java.awt.Graphics2D;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * Draws a chart with the legend below it and, if it has named lines, with the names above it.
 *
 * @param lines the lines, from left to right
 */
record ChartPainter(XYChart chart, Theme theme, List<NamedLine> lines) implements Plot.Painter {

    /** The plot of a chart. */
    static Plot plot(XYChart chart, Theme theme) {
        return plot(chart, theme, List.of());
    }

    /** The plot of a chart with lines across it. */
    static Plot plot(XYChart chart, Theme theme, List<NamedLine> lines) {
        chart.getStyler().setLegendVisible(false);
        lines.forEach(line -> line.addTo(chart));
        return new Plot(chart.getWidth(), chart.getHeight(), new ChartPainter(chart, theme, lines));
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        graphics.setColor(theme.background());
        graphics.fillRect(0, 0, width, height);
        Legend legend = Legend.of(chart, graphics, width);
        int strip = lines.isEmpty() ? 0 : NamedLine.STRIP;
        int bottom = height - legend.height();
        graphics.translate(0, strip);
        chart.paint(graphics, width, bottom - strip);
        graphics.translate(0, -strip);
        legend.paint(graphics, theme.ink(), width, bottom);
        double left = 0;
        for (NamedLine line : lines) {
            left = line.paintName(graphics, theme.ink(), chart.getScreenXFromChart(line.place()), left, width);
        }
    }
}
