package org.finetune.train.features;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.finetune.data.ContentHashes;
import org.finetune.data.decode.ImageInfo;
import org.finetune.run.AtomicFile;

/**
 * Keeps the descriptions of images beside their activations, so that a run which finds the activations need not decode the
 * images to describe them. A file {@code <key>.photos} holds those of one set of images as JSON; the key is the SHA-256
 * of the size at which they were described and the images' own, sorted.
 */
public final class ImageInfoFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /**
     * Names the file of a set of images.
     *
     * @param directory the directory of the activations
     * @param size height and width in pixels at which the images are described
     * @param contents SHA-256 of each image, in hexadecimal
     */
    public ImageInfoFile(Path directory, int size, Collection<String> contents) {
        String all = size + "\n" + String.join("\n", new TreeSet<>(contents));
        this.file = directory.resolve(ContentHashes.of(all.getBytes(StandardCharsets.UTF_8)) + ".photos");
    }

    /** The descriptions by SHA-256 of the image; none if there is no file or it is damaged. */
    public Map<String, ImageInfo> read() {
        try {
            return JSON.readValue(Files.readAllBytes(file), new TypeReference<TreeMap<String, ImageInfo>>() {});
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Writes the descriptions. */
    public void write(Map<String, ImageInfo> traits) {
        // As bytes, since Jackson would close the stream.
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(new TreeMap<>(traits))), true, "--cache");
    }
}
