package org.finetune.report.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfusionPlotTest {
    private static final int CLASSES = 2000;
    private static final int MOST_CLASSES = 60;

    @TempDir
    private Path directory;

    /** Every 100th class is taken for the one after it. */
    @Test
    void ofManyClassesThoseThatAreConfusedMostAreShown() throws Exception {
        List<String> names =
                IntStream.range(0, CLASSES).mapToObj(label -> "class" + label).toList();
        long[][] counts = new long[CLASSES][CLASSES];
        for (int label = 0; label < CLASSES; label++) {
            counts[label][label] = 10;
            if (label % 100 == 0) {
                counts[label][label + 1] = 5;
            }
        }
        ConfusionPlot plot = new ConfusionPlot(names, counts);
        List<Integer> confused = IntStream.range(0, CLASSES)
                .filter(label -> label % 100 <= 1)
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
