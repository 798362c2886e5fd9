package org.finetune.report.plot;

import java.awt.Graphics2D;

/** Something that is drawn on a canvas of a given size in points. */
record Plot(int width, int height, Painter painter) {

    /** Draws on a canvas. */
    interface Painter {
        void paint(Graphics2D graphics, int width, int height);
    }
}
