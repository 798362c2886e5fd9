package org.finetune.train.features;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.finetune.data.Augment;
import org.finetune.data.Augmentation;
import org.finetune.hash.Sha256;
import org.finetune.model.KerasLayer;

/**
 * Stands for the activations of one layer for a list of photos: equal keys mean equal activations, to the last bit on
 * the same kind of processor. It is the SHA-256 of these lines of text in UTF-8, each ended by a line feed:
 *
 * <ul>
 *   <li>{@code version}: {@link #VERSION};
 *   <li>{@code parameters}: stands for the parameters of the layers up to that one ({@link ParameterDigests});
 *   <li>{@code alpha} and {@code layer}: the network and the layer whose output is meant;
 *   <li>{@code joint}: the layer from whose kept output it is computed, if there is one;
 *   <li>{@code preprocessing.*}: the contract from file to input, with its version and the size;
 *   <li>{@code max-pixels}: the size beyond which an image is refused;
 *   <li>{@code augment} and {@code views}, and {@code seed} where the views are random;
 *   <li>{@code engine}, {@code backend} and {@code batch}: how it is computed, which decides on the last bits;
 *   <li>{@code image}, for each in order: SHA-256 of the content, or nothing for one that cannot be read.
 * </ul>
 *
 * <p>Names, places and classes of the photos are no part of it.
 *
 * @param sha256 the hash in lower-case hexadecimal
 */
public record CacheKey(String sha256) {
    /** Changes whenever the same ingredients give other activations, or are stored in another way. */
    static final int VERSION = 4;

    /**
     * Makes the key.
     *
     * @param contents for each image the SHA-256 of the file in hexadecimal, or "" if it cannot be read
     */
    public static CacheKey of(
            Extraction extraction, Augmentation augmentation, KerasLayer layer, List<String> contents) {
        Digest digest = new Digest();
        digest.add("version", VERSION);
        digest.add("parameters", extraction.parameters().of(layer));
        digest.add("alpha", extraction.alpha());
        digest.add("layer", layer.name());
        if (extraction.isUpper(layer)) {
            digest.add("joint", extraction.joint().orElseThrow().name());
        }
        extraction.preprocessing().toMap().forEach((name, value) -> digest.add("preprocessing." + name, value));
        digest.add("max-pixels", extraction.maxPixels());
        digest.add("augment", augmentation.kind());
        digest.add("views", augmentation.views());
        if (augmentation.kind() == Augment.STANDARD) {
            digest.add("seed", augmentation.seed());
        }
        digest.add("engine", extraction.engine());
        digest.add("backend", extraction.backend());
        digest.add("batch", extraction.batchSize());
        contents.forEach(sha256 -> digest.add("image", sha256));
        return new CacheKey(digest.hex());
    }

    /** Stands for the activations of several layers, in order. */
    static CacheKey ofAll(List<CacheKey> layers) {
        Digest digest = new Digest();
        layers.forEach(layer -> digest.add("layer", layer.sha256()));
        return new CacheKey(digest.hex());
    }

    private static final class Digest {
        private final MessageDigest sha256 = Sha256.newDigest();

        void add(String name, Object value) {
            sha256.update((name + ": " + value + "\n").getBytes(StandardCharsets.UTF_8));
        }

        String hex() {
            return Sha256.hex(sha256.digest());
        }
    }
}
