package org.finetune.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import org.finetune.FinetuneException;
import org.finetune.testing.FuzzSeeds;

/**
 * Fuzzing of the reader of model files. An input is a zip, or, behind a first byte 0, the contents of the entries, which the
 * fuzzer would hardly get to behind the checksums of a zip: description, configuration and coefficients, with a byte 0
 * between them. An empty configuration stands for the right one, which is too long for the fuzzer.
 */
public final class ModelFileFuzz {
    private static final Path FILE = FuzzSeeds.scratchFile();
    private static final byte[] CONFIGURATION = configuration();

    private ModelFileFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        Files.write(FILE, input.length > 0 && input[0] == 0 ? zip(input) : input);
        try {
            ModelFile.read(FILE);
        } catch (FinetuneException e) {
            // That is how bad files are refused.
        }
    }

    private static byte[] zip(byte[] input) throws IOException {
        int first = end(input, 1);
        int second = end(input, Math.min(first + 1, input.length));
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("finetune.json", Arrays.copyOfRange(input, 1, first));
        byte[] configuration = Arrays.copyOfRange(input, Math.min(first + 1, second), second);
        entries.put("configuration.json", configuration.length == 0 ? CONFIGURATION : configuration);
        entries.put("coefficients.bin", Arrays.copyOfRange(input, Math.min(second + 1, input.length), input.length));
        return ZipBytes.zip(entries, Deflater.NO_COMPRESSION);
    }

    private static int end(byte[] input, int from) {
        int end = from;
        while (end < input.length && input[end] != 0) {
            end++;
        }
        return end;
    }

    /** Writes the inputs to begin with. */
    public static void main(String[] arguments) throws IOException {
        FuzzSeeds seeds = new FuzzSeeds(arguments);
        SavedModel model = SmallModel.of(List.of("a", "b"));
        Map<String, byte[]> entries = ZipBytes.entries(SmallModel.bytes(model, SmallModel.graph(model)));
        byte[] coefficients = Arrays.copyOf(entries.get("coefficients.bin"), 1000);
        entries.put("coefficients.bin", coefficients);
        seeds.add(ZipBytes.zip(entries));
        for (String configuration : List.of("", "{\"vertices\":{\"Conv1\":{\"@class\":\"x.Y\"}}}")) {
            String contents =
                    "\0" + text(entries.get("finetune.json")) + "\0" + configuration + "\0" + text(coefficients);
            seeds.add(contents.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** That which is expected, with 1 for what may be anything. Deeplearning4j would take longer to make it than a short run. */
    private static byte[] configuration() {
        return ModelConfiguration.expected(Architecture.of(0.35, 32).network(2))
                .toString()
                .replaceAll("\"\\$(seed|learningRate|keep)\"", "1")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
