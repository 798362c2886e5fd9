package org.finetune.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.tensorflowlite.BuiltinOpResolver;
import org.bytedeco.tensorflowlite.FlatBufferModel;
import org.bytedeco.tensorflowlite.Interpreter;
import org.bytedeco.tensorflowlite.InterpreterBuilder;

/**
 * Runs a model in TensorFlow Lite's interpreter, in a process without other native libraries. Prints the output for each image
 * on a line.
 *
 * <p>Arguments: the model, a file with the images as little-endian float32 {@code [N,H,H,3]}, N, H, and the number of outputs.
 */
public final class TfliteProgram {
    private TfliteProgram() {}

    public static void main(String[] arguments) throws IOException {
        int images = Integer.parseInt(arguments[2]);
        int size = Integer.parseInt(arguments[3]);
        int outputs = Integer.parseInt(arguments[4]);
        float[] values = new float[images * size * size * 3];
        ByteBuffer.wrap(Files.readAllBytes(Path.of(arguments[1])))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        FlatBufferModel model = FlatBufferModel.BuildFromFile(arguments[0]);
        BuiltinOpResolver operators = new BuiltinOpResolver();
        InterpreterBuilder builder = new InterpreterBuilder(model, operators);
        Interpreter interpreter = new Interpreter((Pointer) null);
        require(builder.apply(interpreter));
        require(interpreter.ResizeInputTensor(0, new int[] {images, size, size, 3}));
        require(interpreter.AllocateTensors());
        interpreter.typed_input_tensor_float(0).put(values);
        require(interpreter.Invoke());
        FloatPointer output = interpreter.typed_output_tensor_float(0);
        for (int i = 0; i < images * outputs; i++) {
            System.out.print(output.get(i) + (i % outputs == outputs - 1 ? "\n" : " "));
        }
        System.out.flush();
    }

    private static void require(int status) {
        if (status != 0) {
            throw new IllegalStateException("TensorFlow Lite has answered " + status);
        }
    }
}
