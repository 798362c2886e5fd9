package org.finetune.report.plot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.function.Function;
import org.finetune.run.AtomicFile;

/** Writes plots as PNG and SVG into a directory. */
public final class PlotFiles {
    private final Path directory;

    /**
     * A plot for a page, as {@code data:} addresses of SVG images.
     *
     * @param light for light pages
     * @param dark for dark pages
     * @param width in points
     * @param height in points
     */
    public record Images(String light, String dark, int width, int height) {}

    /**
     * Names the directory.
     *
     * @param directory a directory that is there
     */
    public PlotFiles(Path directory) {
        this.directory = directory;
    }

    /** Writes a plot, and returns it for the page. */
    public Images write(CurvePlot plot, String name) {
        return write(plot::plot, name);
    }

    /** Writes a plot. */
    public void write(ConfusionPlot plot, String name) {
        Plot light = plot.plot(Theme.LIGHT);
        write(light, Drawing.svg(light), name);
    }

    /** Writes a plot, and returns it for the page. */
    public Images write(CalibrationPlot plot, String name) {
        return write(plot::plot, name);
    }

    /** Writes a plot, and returns it for the page. */
    public Images write(SelectivePlot plot, String name) {
        return write(plot::plot, name);
    }

    public Images write(RangePlot plot, String name) {
        return write(plot::plot, name);
    }

    private Images write(Function<Theme, Plot> plot, String name) {
        Plot light = plot.apply(Theme.LIGHT);
        byte[] svg = Drawing.svg(light);
        write(light, svg, name);
        return new Images(address(svg), address(Drawing.svg(plot.apply(Theme.DARK))), light.width(), light.height());
    }

    private void write(Plot plot, byte[] svg, String name) {
        // Plots can be made again, so they need not be forced to disk.
        AtomicFile.write(directory.resolve(name + ".svg"), out -> out.write(svg), false);
        byte[] png = Drawing.png(plot);
        AtomicFile.write(directory.resolve(name + ".png"), out -> out.write(png), false);
    }

    /** A plot for a page, without files. */
    public static Images images(ComparedCurves plot) {
        Plot light = plot.plot(Theme.LIGHT);
        return new Images(
                address(Drawing.svg(light)),
                address(Drawing.svg(plot.plot(Theme.DARK))),
                light.width(),
                light.height());
    }

    private static String address(byte[] svg) {
        return "data:image/svg+xml;base64," + new String(Base64.getEncoder().encode(svg), StandardCharsets.US_ASCII);
    }
}
