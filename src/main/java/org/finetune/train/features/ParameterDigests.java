package org.finetune.train.features;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.finetune.hash.Sha256;
import org.finetune.model.KerasLayer;
import org.finetune.model.Weights;

/**
 * What the outputs of layers depend on of a network's parameters: networks whose parameters differ only after a layer have the
 * same outputs of it.
 *
 * @param upTo by name of a layer, the SHA-256 in hexadecimal that stands for the parameters of all layers up to it
 */
public record ParameterDigests(Map<String, String> upTo) {

    public ParameterDigests {
        upTo = Map.copyOf(upTo);
    }

    /**
     * The digests of a network. That of a layer without parameters is that of the layer before it, at first "". That of
     * another is the hash of the digest before it and then, for each parameter in Keras's order, its name in UTF-8 and its
     * values as little-endian float32 in Keras's layout.
     *
     * @param base the layers of the base, in network order
     */
    public static ParameterDigests of(List<KerasLayer> base, Weights weights) {
        Map<String, String> digests = new HashMap<>();
        String last = "";
        for (KerasLayer layer : base) {
            if (layer.hasParameters()) {
                MessageDigest sha256 = Sha256.newDigest();
                sha256.update(last.getBytes(StandardCharsets.UTF_8));
                for (String parameter : layer.parameterShapes().keySet()) {
                    sha256.update((layer.name() + "/" + parameter).getBytes(StandardCharsets.UTF_8));
                    sha256.update(bytes(weights.get(layer.name(), parameter).values()));
                }
                last = Sha256.hex(sha256.digest());
            }
            digests.put(layer.name(), last);
        }
        return new ParameterDigests(digests);
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** The digest of a layer. */
    String of(KerasLayer layer) {
        return upTo.get(layer.name());
    }
}
