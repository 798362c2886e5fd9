package org.finetune.run.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.finetune.ExitCode;
import org.finetune.FinetuneException;
import org.finetune.hash.Crc32c;
import org.finetune.metrics.FeatureDistance;
import org.finetune.run.AtomicFile;

/**
 * {@code features.bin}: the pooled features of the training photos in brief, by which photos unlike them are recognized.
 *
 * <p>All numbers are little-endian: the eight bytes "ftfeat" 0 1 in this order; number K of classes and number C of
 * channels, int32 each; the limit of the distance, float64; the mean of each class, K times C float32; the scales, C
 * float32; and the CRC-32C of all that, int32.
 */
public final class TrainingFeatures {
    private static final byte[] MAGIC = {'f', 't', 'f', 'e', 'a', 't', 0, 1};
    private static final int HEADER = MAGIC.length + 2 * Integer.BYTES + Double.BYTES;

    private TrainingFeatures() {}

    /**
     * Writes or replaces the file.
     *
     * @throws FinetuneException with {@link ExitCode#DATA} if that is not possible
     */
    public static void write(Path file, FeatureDistance distance) {
        byte[] bytes = new byte[Math.toIntExact(size(distance.classes(), distance.channels()))];
        ByteBuffer content = buffer(bytes);
        content.put(MAGIC)
                .putInt(distance.classes())
                .putInt(distance.channels())
                .putDouble(distance.limit());
        Stream.concat(distance.means().stream(), Stream.of(distance.scales()))
                .forEach(values -> IntStream.range(0, values.length).forEach(i -> content.putFloat(values[i])));
        content.putInt(Crc32c.of(content.duplicate().flip()));
        AtomicFile.write(file, out -> out.write(bytes));
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying in a few words what is wrong with it
     */
    public static FeatureDistance read(Path file) throws IOException {
        ByteBuffer content = buffer(FileReading.read(file, InputStream::readAllBytes));
        check(content.limit() >= HEADER + Integer.BYTES, "it is truncated");
        check(
                content.getInt(content.limit() - Integer.BYTES)
                        == Crc32c.of(content.duplicate().limit(content.limit() - Integer.BYTES)),
                "its checksum is wrong");
        byte[] magic = new byte[MAGIC.length];
        content.get(magic);
        check(Arrays.equals(magic, MAGIC), "it was written by another version");
        int classes = content.getInt();
        int channels = content.getInt();
        double limit = content.getDouble();
        check(
                classes > 0 && channels > 0 && content.limit() == size(classes, channels),
                "its length does not fit its content");
        FloatBuffer values = content.asFloatBuffer();
        List<float[]> rows = IntStream.rangeClosed(0, classes)
                .mapToObj(row -> {
                    float[] numbers = new float[channels];
                    values.get(numbers);
                    return numbers;
                })
                .toList();
        return new FeatureDistance(rows.subList(0, classes), rows.get(classes), limit);
    }

    private static long size(long classes, long channels) {
        return HEADER + (classes + 1) * channels * Float.BYTES + Integer.BYTES;
    }

    private static ByteBuffer buffer(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void check(boolean right, String problem) throws IOException {
        if (!right) {
            throw new IOException(problem);
        }
    }
}
