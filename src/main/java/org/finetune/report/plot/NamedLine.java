package org.finetune.report.plot;

import java.awt.Graphics2D;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;

/**
 * A dashed line from the top to the bottom of a chart, and its name in a strip of its own above, where no curve can be.
 *
 * @param place where on the x axis
 * @param name what the line stands for
 */
record NamedLine(double place, String name) {
    /** Height of the strip in points. */
    static final int STRIP = 20;

    private static final int BASELINE = 16;
    /** Least distance of the name from the edges. */
    private static final int MARGIN = 6;

    /** Adds the line to a chart, and leaves room for the name. */
    Plot drawnOn(XYChart chart, Theme theme) {
        chart.addAnnotation(new AnnotationLine(place, true, false));
        return new Plot(
                chart.getWidth(),
                chart.getHeight(),
                (graphics, width, height) -> paint(chart, theme, graphics, width, height));
    }

    private void paint(XYChart chart, Theme theme, Graphics2D graphics, int width, int height) {
        graphics.setColor(theme.background());
        graphics.fillRect(0, 0, width, STRIP);
        graphics.translate(0, STRIP);
        chart.paint(graphics, width, height - STRIP);
        graphics.translate(0, -STRIP);
        TextLayout text = new TextLayout(name, ChartStyle.FONT, graphics.getFontRenderContext());
        double x = chart.getScreenXFromChart(place) - text.getAdvance() / 2;
        double inside = Math.max(MARGIN, Math.min(width - MARGIN - text.getAdvance(), x));
        graphics.setColor(theme.ink());
        graphics.fill(text.getOutline(AffineTransform.getTranslateInstance(inside, BASELINE)));
    }
}
