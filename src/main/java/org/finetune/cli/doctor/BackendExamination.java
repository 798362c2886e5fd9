package org.finetune.cli.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.finetune.FinetuneException;
import org.finetune.backend.Backend;
import org.finetune.backend.BackendOptions;
import org.finetune.backend.BackendType;
import org.finetune.backend.natives.NativeLibraries;
import org.finetune.engine.check.SelfCheck;
import org.finetune.engine.select.Engines;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Whether ND4J starts, with oneDNN, and computes correctly, and the engine with it. */
final class BackendExamination implements Examination {
    private static final String SUBJECT = "Backend";
    private static final String COMPUTING = "Computing";
    private static final float TOLERANCE = 1e-4f;

    private final BackendOptions options;

    BackendExamination(BackendOptions options) {
        this.options = options;
    }

    @Override
    public List<Diagnosis> examine() {
        try {
            Engines.start(options, SelfCheck.NETWORK, notice -> {});
        } catch (FinetuneException e) {
            return List.of(Diagnosis.bad(SUBJECT, e.getMessage(), remedy()));
        }
        List<Diagnosis> findings = new ArrayList<>();
        findings.add(backend(Nd4j.getBackend()));
        findings.add(result("matmul", matmulError()));
        findings.add(result("conv2d", convolutionError()));
        findings.add(network());
        return findings;
    }

    private String remedy() {
        return options.type() == BackendType.CUDA
                ? ""
                : "Native libraries take " + NativeLibraries.MEBIBYTES
                        + " MiB in ~/.cache/finetune, which must be writable and must allow execution; set "
                        + "XDG_CACHE_HOME to use another place than ~/.cache. They need glibc 2.17 or newer.";
    }

    private static Diagnosis backend(Nd4jBackend backend) {
        if (!Backend.isCpu(backend)) {
            return Diagnosis.ok(SUBJECT, Backend.description());
        }
        String name = backend.getClass().getSimpleName();
        boolean oneDnn = backend.buildInfo().contains("HAVE_ONEDNN");
        return oneDnn
                ? Diagnosis.ok(SUBJECT, name + " with oneDNN")
                : Diagnosis.warn(
                        SUBJECT,
                        name + " without oneDNN, about a hundred times slower",
                        "Leave only the -onednn jar of nd4j-native on the class path; scripts/finetune does.");
    }

    private static Diagnosis result(String operation, float error) {
        return computing(error <= TOLERANCE, operation + " is off by at most " + error);
    }

    /** The whole network. */
    private static Diagnosis network() {
        SelfCheck check = Engines.checkNd4j();
        return computing(
                check.passed(), String.format(Locale.ROOT, "self-check in %.2f s: %s", check.seconds(), check));
    }

    private static Diagnosis computing(boolean right, String text) {
        return right
                ? Diagnosis.ok(COMPUTING, text)
                : Diagnosis.bad(
                        COMPUTING,
                        text,
                        "The native libraries do not work on this processor; please report this with the output "
                                + "above.");
    }

    /** Largest error of a product of {@code [7,5]} and {@code [5,3]}. */
    private static float matmulError() {
        int rows = 7;
        int inner = 5;
        int columns = 3;
        float[] a = ramp(rows * inner);
        float[] b = ramp(inner * columns);
        float[] expected = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                for (int k = 0; k < inner; k++) {
                    expected[i * columns + j] += a[i * inner + k] * b[k * columns + j];
                }
            }
        }
        INDArray product =
                Nd4j.create(a, new long[] {rows, inner}, 'c').mmul(Nd4j.create(b, new long[] {inner, columns}, 'c'));
        return largestError(expected, product.dup('c').data().asFloat());
    }

    /** Largest error of a 3x3 convolution of {@code [1,6,6,4]} (NHWC), padded to the same size, with 8 filters. */
    private static float convolutionError() {
        int size = 6;
        int in = 4;
        int out = 8;
        float[] image = ramp(size * size * in);
        float[] kernel = ramp(3 * 3 * in * out);
        float[] expected = new float[size * size * out];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        if (y + dy < 0 || y + dy >= size || x + dx < 0 || x + dx >= size) {
                            continue;
                        }
                        for (int i = 0; i < in; i++) {
                            float pixel = image[((y + dy) * size + x + dx) * in + i];
                            for (int o = 0; o < out; o++) {
                                expected[(y * size + x) * out + o] +=
                                        pixel * kernel[(((dy + 1) * 3 + dx + 1) * in + i) * out + o];
                            }
                        }
                    }
                }
            }
        }
        INDArray result = Nd4j.create(1, size, size, out);
        // Kernel height and width, strides, padding, dilation, same padding, NHWC, kernels [kH,kW,iC,oC].
        Nd4j.exec(DynamicCustomOp.builder("conv2d")
                .addInputs(
                        Nd4j.create(image, new long[] {1, size, size, in}, 'c'),
                        Nd4j.create(kernel, new long[] {3, 3, in, out}, 'c'))
                .addOutputs(result)
                .addIntegerArguments(3, 3, 1, 1, 0, 0, 1, 1, 1, 1, 0)
                .build());
        return largestError(expected, result.data().asFloat());
    }

    private static float[] ramp(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (i * 7 % 11 - 5) / 5f;
        }
        return values;
    }

    private static float largestError(float[] expected, float[] found) {
        float largest = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i] - found[i]));
        }
        return largest;
    }
}
