package org.finetune.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.metrics.ConfusionMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfusionPlotTest {
    private static final int CLASSES = 5000;
    private static final int STEP = 200;
    private static final int MOST_CLASSES = 60;

    @TempDir
    private Path directory;

    /** Every 200th class is taken for the one after it. */
    @Test
    void ofManyClassesThoseThatAreConfusedMostAreShown() throws Exception {
        List<String> names =
                IntStream.range(0, CLASSES).mapToObj(label -> "class" + label).toList();
        List<ConfusionMatrix.Cell> cells = new ArrayList<>();
        for (int label = 0; label < CLASSES; label++) {
            cells.add(new ConfusionMatrix.Cell(label, label, 10));
            if (label % STEP == 0) {
                cells.add(new ConfusionMatrix.Cell(label, label + 1, 5));
            }
        }
        ConfusionPlot plot = new ConfusionPlot(names, new ConfusionMatrix(CLASSES, cells));
        List<Integer> confused = IntStream.range(0, CLASSES)
                .filter(label -> label % STEP <= 1)
                .boxed()
                .toList();
        List<Integer> shown = IntStream.of(plot.shown()).boxed().toList();
        assertEquals(MOST_CLASSES, shown.size());
        assertTrue(shown.containsAll(confused), shown.toString());

        new PlotFiles(directory).write(plot, "confusion");
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertTrue(Files.size(file) < 4 << 20, file + ": " + Files.size(file) + " bytes");
            }
        }
    }
}
