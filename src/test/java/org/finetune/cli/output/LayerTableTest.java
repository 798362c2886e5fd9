package org.finetune.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.finetune.cli.terminal.Terminal;
import org.finetune.model.Architecture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerTableTest {

    /** The figures for the whole network are Keras's; the head has (features + 1) * classes parameters. */
    @ParameterizedTest
    @CsvSource({
        "0.35, 5, 20, 236661",
        "0.35, 5, 0, 6405",
        "0.35, 5, 1, 6405",
        "0.35, 5, 155, 402533",
        "1.0, 5, 2147483647, 2230277",
        "1.0, 1000, 155, 3504872",
    })
    void countsWhatTrainingChanges(double alpha, int classes, int unfreeze, long trainable) {
        String text = text(new LayerTable(Architecture.of(alpha, 96), classes, List.of(unfreeze)));
        assertTrue(text.endsWith(String.format(", of which phase 2 trains %,d%n", trainable)), text);
    }

    @Test
    void stagesAreTold() {
        String text = text(new LayerTable(Architecture.of(0.35, 96), 5, List.of(20, 155)));
        List<String> lines = text.lines().toList();
        assertRow(lines, "1 Conv1 Conv2D 48x48x16 432 trained from stage 2");
        assertRow(lines, "156 predictions Dense 5 6,405 trained");
        assertTrue(
                text.contains("phase 2 trains 236,661 in stage 1 (20 layers), 402,533 in stage 2 (155 layers)"), text);
    }

    private static String text(LayerTable table) {
        StringWriter text = new StringWriter();
        table.print(new PrintWriter(text), Terminal.NONE);
        return text.toString();
    }

    @Test
    void printsEveryLayerUnderItsKerasIndexAndName() {
        List<String> lines = text(new LayerTable(Architecture.of(1.0, 224), 5, List.of(20)))
                .lines()
                .toList();

        assertEquals("MobileNetV2, alpha 1.0, input 224x224", lines.get(0));
        assertEquals(
                157,
                lines.stream().filter(line -> line.matches(" *\\d+  \\w+  .*")).count());
        assertRow(lines, "0  input_1 InputLayer 224x224x3");
        assertRow(lines, "1  Conv1 Conv2D 112x112x32 864 frozen");
        assertRow(lines, "2  bn_Conv1 BatchNormalization 112x112x32 128 frozen");
        assertRow(lines, "134  block_15_expand Conv2D 7x7x960 153,600 frozen");
        assertRow(lines, "135  block_15_expand_BN BatchNormalization 7x7x960 3,840 trained");
        assertRow(lines, "154  global_average_pooling2d GlobalAveragePooling2D 1280");
        assertRow(lines, "156  predictions Dense 5 6,405 trained");
    }

    private static void assertRow(List<String> lines, String row) {
        String squeezed = row.replaceAll(" +", " ");
        assertTrue(
                lines.stream()
                        .anyMatch(line -> line.strip().replaceAll(" +", " ").equals(squeezed)),
                row);
    }
}
