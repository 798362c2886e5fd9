package org.finetune.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NamedLineTest {
    private static final int EPOCHS = 20;

    private static BufferedImage draw(Plot plot) throws Exception {
        return ImageIO.read(new ByteArrayInputStream(Drawing.png(plot)));
    }

    private static CurvePlot accuracies(double share, int headEpochs) {
        List<Double> values = Collections.nCopies(EPOCHS, share);
        return new CurvePlot(
                "Accuracy", values, values, List.of(new CurvePlot.Stage(headEpochs, "fine-tuning")), EPOCHS, true);
    }

    private static RangePlot rates(double suggested) {
        double[] rates = {1e-6, 1e-4, 1e-2};
        double[] losses = {1, 0.5, 2};
        return new RangePlot(rates, losses, losses, 2, suggested, "suggested: --lr 0.0001");
    }

    /** Columns in which the strip above the plot has another colour than the background. */
    private static NavigableSet<Integer> named(BufferedImage image, Color background) {
        NavigableSet<Integer> columns = new TreeSet<>();
        int rows = NamedLine.STRIP * image.getHeight() / EpochChart.HEIGHT;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < rows; y++) {
                if (image.getRGB(x, y) != background.getRGB()) {
                    columns.add(x);
                }
            }
        }
        return columns;
    }

    private static boolean has(BufferedImage image, Color color, int rows) {
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < rows; y++) {
                if (image.getRGB(x, y) == color.getRGB()) {
                    return true;
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void curvesDoNotReachTheName(Theme theme) throws Exception {
        for (double share : new double[] {0, 0.5, 1}) {
            BufferedImage image = draw(accuracies(share, EPOCHS / 2).plot(theme));
            int rows = NamedLine.STRIP * image.getHeight() / EpochChart.HEIGHT;
            for (Color curve : Set.of(theme.training(), theme.validation())) {
                assertTrue(!has(image, curve, rows), share + ": a curve in the strip");
            }
            assertTrue(has(image, theme.validation(), image.getHeight()), share + ": no curve at all");
            assertTrue(has(image, theme.ink(), rows), share + ": no name");
        }
    }

    @ParameterizedTest
    @EnumSource(Theme.class)
    void suggestionIsNamed(Theme theme) throws Exception {
        BufferedImage image = draw(rates(1e-4).plot(theme));
        NavigableSet<Integer> columns = named(image, theme.background());
        int middle = (columns.first() + columns.last()) / 2;
        assertEquals(image.getWidth() / 2.0, middle, image.getWidth() / 10.0, "the middle of the axis");
    }

    @Test
    void namesAtTheEdgesAreWhole() throws Exception {
        int middle = width(accuracies(0.5, EPOCHS / 2));
        assertEquals(middle, width(accuracies(0.5, 1)), 2);
        assertEquals(middle, width(accuracies(0.5, EPOCHS - 1)), 2);
        BufferedImage right = draw(rates(1e-2).plot(Theme.LIGHT));
        NavigableSet<Integer> columns = named(right, Theme.LIGHT.background());
        assertEquals(
                named(draw(rates(1e-4).plot(Theme.LIGHT)), Theme.LIGHT.background())
                        .size(),
                columns.size(),
                4);
        assertTrue(columns.last() < right.getWidth() - 4, columns.toString());
    }

    private static int width(CurvePlot plot) throws Exception {
        NavigableSet<Integer> columns = named(draw(plot.plot(Theme.LIGHT)), Theme.LIGHT.background());
        return columns.last() - columns.first();
    }
}
