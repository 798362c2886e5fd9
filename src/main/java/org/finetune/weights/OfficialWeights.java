package org.finetune.weights;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.finetune.model.Architecture;

/** The ImageNet weights that Keras publishes, one file for each width multiplier and input size. */
public final class OfficialWeights {
    /** Directory of the files. */
    static final URI LOCATION =
            URI.create("https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/");

    private static final int SIZE_FOR_OTHERS = 224;
    private static final String PREFIX = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_";
    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d\\.\\d+)_(\\d{2,3})_no_top\\.h5");
    /** Digests that are known, by file name. Keras publishes none. */
    private static final Map<String, String> SHA256 =
            Map.of(PREFIX + "0.35_224_no_top.h5", "94f29f0273a7cc516a966df0a0ec0994ed51b6fb00ec2b3acff6889eaffec585");

    private OfficialWeights() {}

    /**
     * Name of the file for a network. The weights fit any input size; for sizes that Keras has no file for, it takes the
     * one for 224 pixels.
     */
    static String fileName(Architecture architecture) {
        return PREFIX + architecture.alpha() + "_" + fileSize(architecture) + "_no_top.h5";
    }

    private static int fileSize(Architecture architecture) {
        return Architecture.PRETRAINED_SIZES.contains(architecture.size()) ? architecture.size() : SIZE_FOR_OTHERS;
    }

    /** The network that a file is for, or nothing if its name is none of Keras's. */
    static Optional<Architecture> architecture(String fileName) {
        Matcher name = NAME.matcher(fileName);
        if (!name.matches()) {
            return Optional.empty();
        }
        double alpha = Double.parseDouble(name.group(1));
        int size = Integer.parseInt(name.group(2));
        return Architecture.ALPHAS.contains(alpha) && Architecture.PRETRAINED_SIZES.contains(size)
                ? Optional.of(Architecture.of(alpha, size))
                : Optional.empty();
    }

    /** The SHA-256 of a file as Keras publishes it, in lower-case hexadecimal, if it is known. */
    static Optional<String> sha256(String fileName) {
        return Optional.ofNullable(SHA256.get(fileName));
    }

    /** The command that gets the file for a network. */
    public static String command(Architecture architecture) {
        int size = fileSize(architecture);
        return "finetune weights get --alpha " + architecture.alpha()
                + (size == SIZE_FOR_OTHERS ? "" : " --size " + size);
    }
}
