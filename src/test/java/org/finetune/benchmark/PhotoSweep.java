package org.finetune.benchmark;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Whole runs of {@code train} on different numbers of photos, and what they would take on more: each further photo takes as long as
 * between the two largest numbers that were measured.
 */
final class PhotoSweep {
    private static final String WORK = "photos";
    private static final int[] CALCULATED = {5_000, 50_000};
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;

    /** Seconds by number of photos, by network and layers. */
    private final Map<String, SortedMap<Integer, Double>> curves = new TreeMap<>();

    PhotoSweep(Measurements results) {
        for (Measurement run : results.all()) {
            if (run.work().equals(WORK)) {
                String[] conditions = run.conditions().split(" photos, ");
                curves.computeIfAbsent(
                                "alpha " + run.alpha() + ", " + run.size() + " px, " + conditions[1],
                                name -> new TreeMap<>())
                        .put(Integer.parseInt(conditions[0]), run.value());
            }
        }
    }

    /** Prints a table and draws a chart into a directory. */
    void print(Path directory, PrintStream out) throws IOException {
        if (curves.isEmpty()) {
            return;
        }
        List<Integer> measured = List.copyOf(curves.values().iterator().next().keySet());
        List<String> header = new ArrayList<>(List.of("seconds of a whole run"));
        measured.forEach(photos -> header.add(photos + " photos"));
        for (int photos : CALCULATED) {
            header.add(photos + ", calculated");
        }
        MarkdownTable table = new MarkdownTable(header.toArray(String[]::new));
        curves.forEach((name, seconds) -> {
            List<String> row = new ArrayList<>(List.of(name));
            measured.forEach(photos -> row.add(format(seconds.get(photos))));
            for (int photos : CALCULATED) {
                row.add(format(calculated(seconds, photos)));
            }
            table.row(row.toArray(String[]::new));
        });
        table.print(out);
        draw(directory);
    }

    private void draw(Path directory) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("Photos")
                .yAxisTitle("Seconds")
                .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
        curves.forEach((name, seconds) -> {
            List<Integer> photos = new ArrayList<>(seconds.keySet());
            List<Double> values = new ArrayList<>(seconds.values());
            for (int more : CALCULATED) {
                photos.add(more);
                values.add(calculated(seconds, more));
            }
            chart.addSeries(name, photos, values).setMarker(SeriesMarkers.NONE);
            XYSeries points =
                    chart.addSeries(name + ", measured", List.copyOf(seconds.keySet()), List.copyOf(seconds.values()));
            points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter).setShowInLegend(false);
            points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(Color.DARK_GRAY);
        });
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.paint(graphics, WIDTH, HEIGHT);
        try (OutputStream out = Files.newOutputStream(directory.resolve("time-by-photos.svg"))) {
            new SVGProcessor()
                    .getDocument(graphics.getCommands(), new PageSize(0, 0, WIDTH, HEIGHT))
                    .writeTo(out);
        }
    }

    private static double calculated(SortedMap<Integer, Double> seconds, int photos) {
        int last = seconds.lastKey();
        int before = seconds.headMap(last).lastKey();
        double each = (seconds.get(last) - seconds.get(before)) / (last - before);
        return seconds.get(last) + each * (photos - last);
    }

    private static String format(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds);
    }
}
