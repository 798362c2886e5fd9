package org.finetune.report.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Plots as files. Texts become outlines, so that they look the same everywhere and no name can be markup. */
final class Drawing {
    /** Pixels of a PNG for each point, for screens of high resolution. */
    private static final int PIXELS = 2;

    static {
        // It would write to Java's temporary directory, which may be full, only to read it again.
        ImageIO.setUseCache(false);
    }

    private Drawing() {}

    static byte[] svg(Plot plot) {
        VectorGraphics2D graphics = new VectorGraphics2D();
        plot.painter().paint(graphics, plot.width(), plot.height());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            new SVGProcessor()
                    .getDocument(graphics.getCommands(), new PageSize(0, 0, plot.width(), plot.height()))
                    .writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    static byte[] png(Plot plot) {
        BufferedImage image =
                new BufferedImage(PIXELS * plot.width(), PIXELS * plot.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.scale(PIXELS, PIXELS);
        plot.painter().paint(graphics, plot.width(), plot.height());
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }
}
