package org.finetune.benchmark;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.PrintStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.finetune.engine.Classifier;
import org.finetune.engine.select.Engines;
import org.finetune.model.ModelFile;
import org.finetune.model.SavedModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Milliseconds of an image in the software for which a run was exported; decoding is not part of it. */
final class ExportSpeed {
    private static final long NANOSECONDS = 6_000_000_000L;
    private static final int MOST = 200;

    private interface Model {
        void run() throws Exception;
    }

    private ExportSpeed() {}

    /**
     * Prints the median.
     *
     * @param arguments {@code finetune}, {@code onnx}, {@code tflite} or {@code dl4j}; its file; height and width of an image;
     *     number of images of a call
     */
    public static void main(String[] arguments) throws Exception {
        String file = arguments[1];
        int images = Integer.parseInt(arguments[3]);
        int size = Integer.parseInt(arguments[2]);
        float[] pixels = pixels(3L * images * size * size);
        Model model =
                switch (arguments[0]) {
                    case "finetune" -> finetune(file, images, pixels);
                    case "onnx" -> onnx(file, images, size, pixels);
                    case "tflite" -> tensorFlowLite(file, images, size, pixels);
                    case "dl4j" -> deeplearning4j(file, images, size, pixels);
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        new PrintStream(System.out, true).printf("%.2f%n", median(model) / images);
        System.exit(0);
    }

    private static double median(Model model) throws Exception {
        List<Double> milliseconds = new ArrayList<>();
        long end = System.nanoTime() + NANOSECONDS;
        while (milliseconds.size() < MOST && (milliseconds.size() < 3 || System.nanoTime() < end)) {
            long start = System.nanoTime();
            model.run();
            milliseconds.add((System.nanoTime() - start) / 1e6);
        }
        List<Double> last = new ArrayList<>(milliseconds.subList(milliseconds.size() / 3, milliseconds.size()));
        Collections.sort(last);
        return last.get(last.size() / 2);
    }

    private static float[] pixels(long count) {
        float[] pixels = new float[Math.toIntExact(count)];
        Random random = new Random(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat() * 2 - 1;
        }
        return pixels;
    }

    private static Model finetune(String file, int images, float[] pixels) throws Exception {
        Nd4j.zeros(1);
        SavedModel model = ModelFile.read(Path.of(file));
        Classifier classifier = Engines.classifier(model, images, false);
        FloatPointer input = new FloatPointer(pixels);
        return () -> classifier.classify(input, images);
    }

    private static Model onnx(String file, int images, int size, float[] pixels) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
        OrtSession session = environment.createSession(file, options);
        long[] shape = {images, 3, size, size};
        OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(pixels), shape);
        return () -> session.run(Map.of("images", tensor)).close();
    }

    private static Model tensorFlowLite(String file, int images, int size, float[] pixels) {
        FlatBufferModel model = FlatBufferModel.BuildFromFile(file);
        Interpreter interpreter = new Interpreter((Pointer) null);
        new InterpreterBuilder(model, new BuiltinOpResolver())
                .apply(interpreter, Runtime.getRuntime().availableProcessors());
        int input = interpreter.inputs().get(0);
        interpreter.ResizeInputTensor(input, new int[] {images, size, size, 3});
        interpreter.AllocateTensors();
        interpreter.typed_input_tensor_float(0).put(pixels);
        return interpreter::Invoke;
    }

    private static Model deeplearning4j(String file, int images, int size, float[] pixels) throws Exception {
        ComputationGraph graph =
                ModelSerializer.restoreComputationGraph(Path.of(file).toFile(), false);
        INDArray input = Nd4j.createFromArray(pixels).reshape('c', images, size, size, 3);
        return () -> graph.outputSingle(input);
    }
}
