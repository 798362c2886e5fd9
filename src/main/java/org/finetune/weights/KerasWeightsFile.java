package org.finetune.weights;

import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.finetune.ExitCode;
import org.finetune.FailureReason;
import org.finetune.FinetuneException;
import org.finetune.hash.Sha256;
import org.finetune.model.Architecture;
import org.finetune.model.Tensor;
import org.finetune.model.Weights;

/**
 * The weights in a Keras HDF5 file: weights only, as {@code keras.applications} publishes them, or a whole saved model
 * whose other layers are passed over.
 *
 * @param weights the parameters of the base, in network order
 * @param sha256 SHA-256 of the file in lower-case hexadecimal, of the very bytes the weights were read from
 */
public record KerasWeightsFile(Weights weights, String sha256) {
    /** Largest file that is read, in bytes; the largest official one has 18 million. */
    static final long MAX_BYTES = 200_000_000;

    /** Heap in bytes that is enough to read the largest official file several times over. */
    private static final long ENOUGH_HEAP = 256 << 20;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    /**
     * Reads the parameters of a network's base.
     *
     * @param file an HDF5 file; it may come from anywhere and is not trusted
     * @param architecture the network the weights are for; its input size does not matter
     * @throws FinetuneException with {@link ExitCode#MODEL} if the file cannot be read, is damaged, or does not fit
     */
    public static KerasWeightsFile read(Path file, Architecture architecture) {
        try {
            byte[] content = content(file);
            return new KerasWeightsFile(parse(content, architecture), Sha256.of(content));
        } catch (BadWeightsException e) {
            throw new FinetuneException(ExitCode.MODEL, "Weights file " + file + " " + e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new FinetuneException(
                    ExitCode.MODEL, "Weights file " + file + " cannot be read (" + FailureReason.of(e) + ").", e);
        } catch (RuntimeException | StackOverflowError e) {
            // jHDF reports damage by whatever its parsing ran into. A cycle in the file's trees overflows the stack.
            throw damaged(file, e);
        } catch (OutOfMemoryError e) {
            // A compressed chunk that swells beyond measure, unless the heap is too small for a good file.
            if (Runtime.getRuntime().maxMemory() < ENOUGH_HEAP) {
                throw e;
            }
            throw damaged(file, e);
        }
    }

    private static FinetuneException damaged(Path file, Throwable cause) {
        return new FinetuneException(
                ExitCode.MODEL, "Weights file " + file + " is damaged or incomplete; get it again.", cause);
    }

    /** Reads the file at once, so that every access lies within it, and digest and weights come from the same bytes. */
    private static byte[] content(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new BadWeightsException("does not exist; check the path");
        }
        if (!Files.isRegularFile(file)) {
            throw new BadWeightsException("is not a regular file");
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new BadWeightsException(
                    "is larger than " + MAX_BYTES / 1_000_000 + " MB, far more than the weights of MobileNetV2 take");
        }
        return Files.readAllBytes(file);
    }

    private static Weights parse(byte[] content, Architecture architecture) {
        if (!Arrays.equals(SIGNATURE, Arrays.copyOf(content, SIGNATURE.length))) {
            throw new BadWeightsException("is not an HDF5 file");
        }
        try (HdfFile hdf = HdfFile.fromByteBuffer(ByteBuffer.wrap(content))) {
            List<LayerMatching.Assignment> assignments = new LayerMatching(KerasHdf5.layers(hdf)).match(architecture);
            Weights weights = new Weights();
            for (LayerMatching.Assignment assignment : assignments) {
                String layer = assignment.layer().name();
                float[] values = values(assignment);
                weights.put(
                        layer,
                        assignment.parameter(),
                        new Tensor(values, assignment.stored().shape()));
            }
            return weights;
        }
    }

    /** Reads an array whose shape has been found right. */
    private static float[] values(LayerMatching.Assignment assignment) {
        String what = assignment.parameter() + " of layer " + assignment.layer().name();
        float[] values = assignment.stored().values(what);
        boolean variance = assignment.parameter().equals("moving_variance");
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new BadWeightsException("holds NaN or infinite values in " + what);
            }
            if (variance && value < 0) {
                throw new BadWeightsException("holds negative values in " + what);
            }
        }
        return values;
    }
}
