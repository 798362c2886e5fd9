package org.finetune.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.data.decode.Preprocessing;
import org.finetune.export.dl4j.Dl4jExporter;
import org.finetune.export.keras.KerasExporter;
import org.finetune.export.keras.TeachableMachineExporter;
import org.finetune.export.keras.TfjsExporter;
import org.finetune.export.onnx.OnnxExporter;
import org.finetune.export.pytorch.SafetensorsExporter;
import org.finetune.export.tflite.TfliteExporter;
import org.finetune.model.Architecture;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.testing.RandomWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports of small networks with random weights. */
class ExportTest {
    static final List<String> CLASSES = List.of("Ärger", "two words", "z");

    @TempDir
    private Path directory;

    static SavedModel model(double alpha, int size, long seed) {
        Architecture architecture = Architecture.of(alpha, size);
        return new SavedModel(
                architecture,
                CLASSES,
                20,
                new Preprocessing(size).toMap(),
                RandomWeights.of(architecture.network(CLASSES.size()), seed));
    }

    /** Images whose values are those of 8-bit pixels. */
    static Tensor images(int count, int size) {
        Random random = new Random(1);
        float[] values = new float[count * size * size * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(256) / 127.5f - 1;
        }
        return new Tensor(values, new long[] {count, size, size, 3});
    }

    static Stream<Exporter> exporters() {
        return Stream.of(
                new OnnxExporter(Layout.NCHW, InputRange.SCALED, Optional.empty()),
                new OnnxExporter(Layout.NHWC, InputRange.PIXELS, Optional.empty()),
                new SafetensorsExporter(),
                new KerasExporter(InputRange.SCALED),
                new KerasExporter(InputRange.PIXELS),
                new TfjsExporter(InputRange.SCALED, false),
                new TfjsExporter(InputRange.PIXELS, true),
                new TeachableMachineExporter(),
                new TfliteExporter(Optional.empty()),
                new Dl4jExporter());
    }

    /** Sizes that are no multiples of 32 are padded on all sides in some layers. */
    @ParameterizedTest
    @MethodSource("exporters")
    void exportedModelsAgree(Exporter exporter) throws IOException {
        Path out = directory.resolve("out");
        Export export = new Export(exporter, out);
        ExportCheck check = export.write(model(0.5, 75, 3), images(3, 75), exported -> {});
        assertEquals(3, check.photos());
        assertEquals(0, check.labelsChanged());
        assertTrue(check.largestDifference() < exporter.tolerance() / 10, check.toString());
        assertEquals(CLASSES, Files.readAllLines(out.resolve("labels.txt")));
        try (Stream<Path> files = Files.list(out)) {
            assertEquals(
                    export.files().stream().sorted().toList(),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(out), files.toList());
        }
    }

    @ParameterizedTest
    @MethodSource("exporters")
    void anotherModelInTheFileIsFoundOutAndLeavesNothing(Exporter exporter) throws IOException {
        SavedModel other = model(0.35, 32, 5);
        Exporter wrong = new Exporter() {
            @Override
            public List<String> files() {
                return exporter.files();
            }

            @Override
            public Map<String, Object> input(SavedModel model) {
                return exporter.input(model);
            }

            @Override
            public double tolerance() {
                return exporter.tolerance();
            }

            @Override
            public void write(SavedModel model, Path directory) throws IOException {
                exporter.write(other, directory);
            }

            @Override
            public List<ExportedModel> read(SavedModel model, Path directory) throws IOException {
                return exporter.read(model, directory);
            }
        };
        FinetuneException failure =
                assertThrows(FinetuneException.class, () -> new Export(wrong, directory.resolve("out"))
                        .write(model(0.35, 32, 4), images(2, 32), exported -> {}));
        assertEquals(ExitCode.MODEL, failure.exitCode());
        assertTrue(failure.getMessage().contains("differ from the model's by up to"), failure.getMessage());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.toList());
        }
    }

    @Test
    void directoryThatAppearsMeanwhileIsNotTouched() throws IOException {
        Path out = Files.createDirectory(directory.resolve("out"));
        Export export = new Export(new SafetensorsExporter(), out);
        FinetuneException failure = assertThrows(
                FinetuneException.class, () -> export.write(model(0.35, 32, 4), images(2, 32), exported -> {}));
        assertEquals(ExitCode.USAGE, failure.exitCode());
    }
}
