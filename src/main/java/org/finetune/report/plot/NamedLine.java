package org.finetune.report.plot;

import java.awt.Color;
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

    void addTo(XYChart chart) {
        chart.addAnnotation(new AnnotationLine(place, true, false));
    }

    /**
     * Writes the name.
     *
     * @param x where the line is, in points
     * @param from where the strip is free, in points
     * @param width of the whole strip, in points
     * @return where the strip is free to the right of the name
     */
    double paintName(Graphics2D graphics, Color ink, double x, double from, int width) {
        TextLayout text = new TextLayout(name, ChartStyle.FONT, graphics.getFontRenderContext());
        double left = Math.max(from + MARGIN, Math.min(width - MARGIN - text.getAdvance(), x - text.getAdvance() / 2));
        graphics.setColor(ink);
        graphics.fill(text.getOutline(AffineTransform.getTranslateInstance(left, BASELINE)));
        return left + text.getAdvance();
    }
}
