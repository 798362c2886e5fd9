package org.finetune.train.cache;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.finetune.data.ContentHashes;
import org.finetune.data.ImageTraits;
import org.finetune.run.AtomicFile;
import org.finetune.run.PlainFiles;

/**
 * Keeps the descriptions of images beside their activations, so that a run which finds the activations need not decode the
 * images to describe them. A file {@code <key>.photos} holds those of one set of images as JSON; the key is the SHA-256
 * of the size at which they were described and the images' own, sorted.
 */
public final class TraitsFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    /**
     * Names the file of a set of images.
     *
     * @param directory the directory of the activations
     * @param size height and width in pixels at which the images are described
     * @param contents SHA-256 of each image, in hexadecimal
     */
    public TraitsFile(Path directory, int size, Collection<String> contents) {
        String all = size + "\n" + String.join("\n", new TreeSet<>(contents));
        this.file = directory.resolve(ContentHashes.of(all.getBytes(StandardCharsets.UTF_8)) + ".photos");
    }

    /** The descriptions by SHA-256 of the image; none if there is no file or it is damaged. */
    public Map<String, ImageTraits> read() {
        try (InputStream in = PlainFiles.read(file)) {
            return JSON.readValue(in, new TypeReference<TreeMap<String, ImageTraits>>() {});
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Writes the descriptions. */
    public void write(Map<String, ImageTraits> traits) {
        // As bytes, since Jackson would close the stream.
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(new TreeMap<>(traits))), true, "--cache");
    }
}
