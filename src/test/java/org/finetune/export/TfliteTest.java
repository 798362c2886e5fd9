package org.finetune.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.Interpreter;
import org.finetune.export.tflite.TfliteExporter;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.testing.TfliteProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.lite.support.metadata.MetadataExtractor;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;

/** Exported TensorFlow Lite files in TensorFlow Lite's own interpreter and reader of metadata. */
class TfliteTest {
    @TempDir
    private Path directory;

    private Path export(SavedModel model, Tensor images) {
        Path out = directory.resolve("tflite");
        new Export(new TfliteExporter(), out).write(model, images, exported -> {});
        return out.resolve("model.tflite");
    }

    /** Sizes that are no multiples of 32 are padded on all sides in some layers. */
    @Test
    void interpreterGivesTheSameProbabilitiesForAnyNumberOfImages() throws Exception {
        SavedModel model = ExportTest.model(0.5, 75, 3);
        Tensor images = ExportTest.images(3, 75);
        float[][] expected = ExportCheck.classify(model, images);
        Path values = Files.write(directory.resolve("images"), LittleEndian.bytes(images.values()));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        TfliteProgram.class.getName(),
                        export(model, images).toString(),
                        values.toString(),
                        "3",
                        "75",
                        Integer.toString(ExportTest.CLASSES.size()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        List<String> rows = out.lines().toList();
        assertEquals(expected.length, rows.size(), out);
        for (int image = 0; image < expected.length; image++) {
            String[] cells = rows.get(image).split(" ");
            for (int label = 0; label < cells.length; label++) {
                assertEquals(expected[image][label], Float.parseFloat(cells[label]), 1e-5f);
            }
        }
    }

    /** The program and TensorFlow Lite alone: in one process with ND4J it has crashed. */
    private static String classPath() throws Exception {
        List<String> entries = new ArrayList<>(List.of(location(TfliteProgram.class)));
        for (Class<?> library : List.of(Interpreter.class, Pointer.class)) {
            entries.add(location(library));
            entries.add(location(library).replaceFirst("\\.jar$", "-linux-x86_64.jar"));
        }
        return String.join(File.pathSeparator, entries);
    }

    private static String location(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @Test
    void metadataSaysHowToScaleAndHasTheLabels() throws Exception {
        Path file = export(ExportTest.model(0.35, 32, 4), ExportTest.images(1, 32));
        MetadataExtractor metadata = new MetadataExtractor(ByteBuffer.wrap(Files.readAllBytes(file)));
        assertArrayEquals(new int[] {1, 32, 32, 3}, metadata.getInputTensorShape(0));
        NormalizationOptions normalization = (NormalizationOptions)
                metadata.getInputTensorMetadata(0).processUnits(0).options(new NormalizationOptions());
        assertEquals(127.5f, normalization.mean(0));
        assertEquals(127.5f, normalization.std(0));
        String name = metadata.getOutputTensorMetadata(0).associatedFiles(0).name();
        try (InputStream labels = metadata.getAssociatedFile(name)) {
            assertEquals(
                    String.join("\n", ExportTest.CLASSES), new String(labels.readAllBytes(), StandardCharsets.UTF_8));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(1, zip.size());
        }
    }
}
