package org.finetune.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.Interpreter;
import org.finetune.export.tflite.TfliteExporter;
import org.finetune.model.SavedModel;
import org.finetune.model.Tensor;
import org.finetune.testing.TfliteProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.lite.schema.BuiltinOperator;
import org.tensorflow.lite.schema.Model;
import org.tensorflow.lite.schema.Operator;
import org.tensorflow.lite.schema.SubGraph;
import org.tensorflow.lite.schema.TensorType;
import org.tensorflow.lite.support.metadata.MetadataExtractor;
import org.tensorflow.lite.support.metadata.schema.NormalizationOptions;

/** Exported TensorFlow Lite files in TensorFlow Lite's own interpreter and reader of metadata. */
class TfliteTest {
    @TempDir
    private Path directory;

    private Path export(TfliteExporter exporter, SavedModel model, Tensor images) {
        Path out = directory.resolve(exporter.calibration().isPresent() ? "int8" : "float32");
        new Export(exporter, out).write(model, images, exported -> {});
        return out.resolve("model.tflite");
    }

    private Path export(SavedModel model, Tensor images) {
        return export(new TfliteExporter(Optional.empty()), model, images);
    }

    /** Sizes that are no multiples of 32 are padded on all sides in some layers. */
    @Test
    void interpreterGivesTheSameProbabilitiesForAnyNumberOfImages() throws Exception {
        SavedModel model = ExportTest.model(0.5, 75, 3);
        Tensor images = ExportTest.images(3, 75);
        assertProbabilities(ExportCheck.classify(model, images), interpret(export(model, images), images), 1e-5f);
    }

    @Test
    void interpreterComputesWith8BitNumbersAsTheCheckDoes() throws Exception {
        SavedModel model = ExportTest.model(0.5, 75, 3);
        Tensor images = ExportTest.images(3, 75);
        TfliteExporter exporter = new TfliteExporter(Optional.of(images));
        Path file = export(exporter, model, images);
        assertTrue(Files.size(file) < 0.4 * Files.size(export(model, images)));
        float[][] checked = exporter.read(model, file.getParent()).get(0).classify(images);
        // TensorFlow Lite's fixed-point arithmetic may round to the neighbouring number.
        assertProbabilities(checked, interpret(file, images), 0.02f);
    }

    private static void assertProbabilities(float[][] expected, float[][] found, float tolerance) {
        assertEquals(expected.length, found.length);
        for (int image = 0; image < expected.length; image++) {
            assertArrayEquals(expected[image], found[image], tolerance, "image " + image);
        }
    }

    @Test
    void convolutionsAndSumsReadAndGive8BitNumbersWithAScaleForEachOutputChannel() throws Exception {
        SavedModel model = ExportTest.model(0.35, 32, 4);
        Tensor images = ExportTest.images(2, 32);
        Path file = export(new TfliteExporter(Optional.of(images)), model, images);
        Model read = Model.getRootAsModel(ByteBuffer.wrap(Files.readAllBytes(file)));
        SubGraph graph = read.subgraphs(0);
        Map<Integer, Integer> channelAxes = Map.of(BuiltinOperator.CONV_2D, 0, BuiltinOperator.DEPTHWISE_CONV_2D, 3);
        Map<Integer, Integer> counts = new HashMap<>();
        for (int index = 0; index < graph.operatorsLength(); index++) {
            Operator operator = graph.operators(index);
            int code = read.operatorCodes((int) operator.opcodeIndex()).builtinCode();
            counts.merge(code, 1, Integer::sum);
            if (channelAxes.containsKey(code)) {
                org.tensorflow.lite.schema.Tensor kernel = graph.tensors(operator.inputs(1));
                assertEquals(TensorType.INT8, kernel.type());
                assertEquals(channelAxes.get(code), kernel.quantization().quantizedDimension());
                assertEquals(
                        kernel.shape(channelAxes.get(code)),
                        kernel.quantization().scaleLength());
                assertEquals(TensorType.INT32, graph.tensors(operator.inputs(2)).type());
            }
            if (channelAxes.containsKey(code) || code == BuiltinOperator.ADD) {
                assertEquals(TensorType.INT8, graph.tensors(operator.inputs(0)).type());
                assertEquals(TensorType.INT8, graph.tensors(operator.outputs(0)).type());
            }
        }
        assertEquals(
                Map.of(
                        BuiltinOperator.QUANTIZE, 1,
                        BuiltinOperator.CONV_2D, 35,
                        BuiltinOperator.DEPTHWISE_CONV_2D, 17,
                        BuiltinOperator.ADD, 10,
                        BuiltinOperator.DEQUANTIZE, 1,
                        BuiltinOperator.MEAN, 1,
                        BuiltinOperator.FULLY_CONNECTED, 1,
                        BuiltinOperator.SOFTMAX, 1),
                counts);
    }

    /** What TensorFlow Lite's interpreter gives for images, by image and class. */
    private float[][] interpret(Path file, Tensor images) throws Exception {
        Path values = Files.write(directory.resolve("images"), LittleEndian.bytes(images.values()));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        TfliteProgram.class.getName(),
                        file.toString(),
                        values.toString(),
                        Long.toString(images.shape()[0]),
                        Long.toString(images.shape()[1]),
                        Integer.toString(ExportTest.CLASSES.size()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().map(TfliteTest::floats).toArray(float[][]::new);
    }

    private static float[] floats(String line) {
        String[] cells = line.split(" ");
        float[] values = new float[cells.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(cells[i]);
        }
        return values;
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

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void metadataSaysHowToScaleAndHasTheLabels(boolean int8) throws Exception {
        Tensor images = ExportTest.images(1, 32);
        TfliteExporter exporter = new TfliteExporter(int8 ? Optional.of(images) : Optional.empty());
        Path file = export(exporter, ExportTest.model(0.35, 32, 4), images);
        MetadataExtractor metadata = new MetadataExtractor(ByteBuffer.wrap(Files.readAllBytes(file)));
        assertArrayEquals(new int[] {1, 32, 32, 3}, metadata.getInputTensorShape(0));
        assertEquals(TensorType.FLOAT32, metadata.getInputTensorType(0));
        assertEquals(TensorType.FLOAT32, metadata.getOutputTensorType(0));
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
